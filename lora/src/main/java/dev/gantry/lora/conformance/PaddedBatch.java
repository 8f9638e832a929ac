package dev.gantry.lora.conformance;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A batch as transformers takes it: rows padded on the right to one width.
///
/// @param ids `[rows][width]`
/// @param mask 1 for a real token
/// @param labels the token at each place if it counts as a target, else -100; not shifted
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
record PaddedBatch(int[][] ids, int[][] mask, int[][] labels) {

    /// Reads `prefix + input_ids` and its companions.
    static PaddedBatch read(Checkpoint file, String prefix) {
        return new PaddedBatch(
                Values.rows(file.tensor(prefix + "input_ids")),
                Values.rows(file.tensor(prefix + "attention_mask")),
                Values.rows(file.tensor(prefix + "labels")));
    }

    int width() {
        return ids[0].length;
    }

    int rows() {
        return ids.length;
    }

    int tokens() {
        return Arrays.stream(mask).flatMapToInt(Arrays::stream).sum();
    }

    PaddedBatch rows(int from, int count) {
        return new PaddedBatch(
                Arrays.copyOfRange(ids, from, from + count),
                Arrays.copyOfRange(mask, from, from + count),
                Arrays.copyOfRange(labels, from, from + count));
    }

    /// The same tokens without padding; each label moves to the token before it.
    ///
    /// @param buffers for so many tokens or more
    TokenBatch unpadded(TokenBatch.Buffers buffers) {
        int tokens = tokens();
        int[] flat = new int[tokens];
        int[] next = new int[tokens];
        int[] lengths = new int[rows()];
        int t = 0;
        for (int row = 0; row < rows(); row++) {
            lengths[row] = Arrays.stream(mask[row]).sum();
            for (int column = 0; column < lengths[row]; column++) {
                flat[t] = ids[row][column];
                next[t++] = column + 1 < lengths[row] ? labels[row][column + 1] : LossKernels.IGNORED;
            }
        }
        return buffers.fill(flat, next, lengths);
    }

    /// Index of each real token in the padded layout, in unpadded order.
    List<Integer> realPlaces() {
        List<Integer> places = new ArrayList<>();
        for (int row = 0; row < rows(); row++) {
            for (int column = 0; column < width(); column++) {
                if (mask[row][column] == 1) {
                    places.add(row * width() + column);
                }
            }
        }
        return places;
    }

    /// Spreads rows of `columns` values, one for each real token, over the padded layout; padding stays 0.
    float[] padded(float[] unpadded, int columns) {
        float[] out = new float[rows() * width() * columns];
        List<Integer> places = realPlaces();
        for (int t = 0; t < places.size(); t++) {
            System.arraycopy(unpadded, t * columns, out, places.get(t) * columns, columns);
        }
        return out;
    }

    /// Whether element i of a padded tensor with `columns` values a token belongs to a real token.
    Comparison.IndexFilter real(int columns) {
        return i -> mask[i / columns / width()][i / columns % width()] == 1;
    }
}
