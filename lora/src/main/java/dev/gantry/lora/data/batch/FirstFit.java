package dev.gantry.lora.data.batch;

import java.util.Arrays;

/// First-fit packing: each row goes into the first bin with room for it, in the order given. A tournament tree over
/// the bins' room finds that bin in log time.
final class FirstFit {

    /// Which rows went where.
    ///
    /// @param binOf bin of each row, in the order the rows were given
    /// @param bins number of bins
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Packing(int[] binOf, int bins) {}

    private final int leaves;
    private final int[] room;

    private FirstFit(int rows, int capacity) {
        this.leaves = Integer.highestOneBit(Math.max(1, rows - 1)) * 2;
        this.room = new int[2 * leaves];
        Arrays.fill(room, capacity);
    }

    /// @param lengths of the rows, each at most `capacity`
    static Packing pack(int[] lengths, int capacity) {
        FirstFit fit = new FirstFit(lengths.length, capacity);
        int[] binOf = new int[lengths.length];
        int bins = 0;
        for (int row = 0; row < lengths.length; row++) {
            if (lengths[row] > capacity) {
                throw new IllegalArgumentException(
                        "a row of " + lengths[row] + " tokens does not fit a pack of " + capacity);
            }
            binOf[row] = fit.place(lengths[row]);
            bins = Math.max(bins, binOf[row] + 1);
        }
        return new Packing(binOf, bins);
    }

    private int place(int length) {
        int node = 1;
        while (node < leaves) {
            node = room[2 * node] >= length ? 2 * node : 2 * node + 1;
        }
        int bin = node - leaves;
        room[node] -= length;
        for (node /= 2; node >= 1; node /= 2) {
            room[node] = Math.max(room[2 * node], room[2 * node + 1]);
        }
        return bin;
    }
}
