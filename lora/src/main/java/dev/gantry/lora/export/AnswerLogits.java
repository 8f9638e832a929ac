package dev.gantry.lora.export;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.BlockwiseWeights;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a model makes of an answer: f32 logits of every token of it, `[token][vocabulary]`.
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
record AnswerLogits(float[][] rows) {

    /// A prompt and the tokens that follow it.
    @SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
    record Text(int[] prompt, int[] answer) {
        /// What is fed: the last token of the answer is only asked for.
        private int[] fed() {
            int[] fed = Arrays.copyOf(prompt, prompt.length + answer.length - 1);
            System.arraycopy(answer, 0, fed, prompt.length, answer.length - 1);
            return fed;
        }
    }

    /// Reads all texts in one sweep over the model, block by block, so that memory is needed for one block only.
    ///
    /// @param texts with answers of at least one token
    static List<AnswerLogits> of(
            Backend backend, DecoderModel model, Adapters adapters, List<Text> texts, MemoryAccount account) {
        int[] ids = texts.stream().map(Text::fed).flatMapToInt(Arrays::stream).toArray();
        int[] lengths = texts.stream().mapToInt(text -> text.fed().length).toArray();
        int[] next = new int[ids.length];
        Arrays.fill(next, LossKernels.IGNORED);
        var plan = new TrainingPass.Plan(ids.length, 1, Retention.BOUNDARY, adapters, Set.of());
        try (TensorArena arena = new TensorArena(account, "logits");
                BlockwiseWeights weights = new BlockwiseWeights(backend, model, ComputeType.F32, account);
                TrainingPass pass = new TrainingPass(backend, weights.weights(), plan, account)) {
            TokenBatch batch = new TokenBatch.Buffers(ids.length, arena).fill(ids, next, lengths);
            Matrix logits = arena.matrix(DType.F32, ids.length, model.spec().vocabularySize());
            pass.forward(List.of(batch), adapters);
            pass.logits(0, batch, logits);
            backend.synchronize();
            List<AnswerLogits> answers = new ArrayList<>();
            int end = 0;
            for (Text text : texts) {
                end += text.fed().length;
                answers.add(rows(logits, end - text.answer.length, text.answer.length));
            }
            return answers;
        }
    }

    private static AnswerLogits rows(Matrix logits, int from, int count) {
        Stream<float[]> rows = IntStream.range(from, from + count).mapToObj(row -> {
            float[] values = new float[logits.columns()];
            MemorySegment.copy(logits.data(), ValueLayout.JAVA_FLOAT, logits.offset(row, 0), values, 0, values.length);
            return values;
        });
        return new AnswerLogits(rows.toArray(float[][]::new));
    }

    int tokens() {
        return rows.length;
    }

    /// The likeliest token.
    int choice(int token) {
        float[] row = rows[token];
        int best = 0;
        for (int id = 1; id < row.length; id++) {
            if (row[id] > row[best]) {
                best = id;
            }
        }
        return best;
    }

    /// Largest absolute logit.
    double largest() {
        double largest = 0;
        for (float[] row : rows) {
            for (float value : row) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest;
    }

    /// Largest difference of any logit.
    double distance(AnswerLogits other) {
        double worst = 0;
        for (int token = 0; token < rows.length; token++) {
            for (int id = 0; id < rows[token].length; id++) {
                double difference = Math.abs((double) rows[token][id] - other.rows[token][id]);
                worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
            }
        }
        return worst;
    }
}
