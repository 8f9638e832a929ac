package dev.gantry.lora.export;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.BoundaryPlacement;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.lora.memory.SweptModel;
import dev.gantry.offload.frozen.StoredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a model makes of an answer: f32 logits of every token of it, `[token][vocabulary]`.
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
record AnswerLogits(float[][] rows) {
    private static final String OWNER = "logits";

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

    /// Reads all texts in one sweep over the model, so that each block of it is visited once.
    ///
    /// @param texts with answers of at least one token
    /// @param tiers where everything lies beside the mapped files; without limits memory for one block of the model
    static List<AnswerLogits> of(
            Backend backend, StoredModel model, Adapters adapters, List<Text> texts, MemoryTiers tiers) {
        int longest = texts.stream().mapToInt(text -> text.fed().length).max().orElse(1);
        TrainingPass.Plan plan = plan(adapters, longest, texts.size(), tiers);
        try (SweptModel swept = SweptModel.openBriefly(backend, model, use(backend, model, plan), tiers);
                TensorArena arena = new TensorArena(tiers.device(), OWNER);
                TrainingPass pass = new TrainingPass(backend, swept.weights(), plan, tiers.device())) {
            List<TokenBatch> batches =
                    texts.stream().map(text -> batch(text, longest, arena)).toList();
            Matrix logits = arena.matrix(DType.F32, longest, model.spec().vocabularySize());
            pass.forward(batches, adapters);
            List<AnswerLogits> answers = new ArrayList<>();
            for (int i = 0; i < batches.size(); i++) {
                pass.logits(i, batches.get(i), logits.rows(0, batches.get(i).tokens()));
                backend.synchronize();
                int count = texts.get(i).answer.length;
                answers.add(rows(arena, logits, batches.get(i).tokens() - count, count));
            }
            return answers;
        }
    }

    private static TrainingPass.Plan plan(Adapters adapters, int longest, int texts, MemoryTiers tiers) {
        return new TrainingPass.Plan(longest, texts, Retention.BOUNDARY, adapters, Set.of())
                .withHead(SweptModel.headOrder(tiers))
                .withBoundaries(BoundaryPlacement.LAST_ONLY);
    }

    /// Makes sure that some texts can be read within the limits.
    ///
    /// @param longest tokens of one of them
    static void requireRoom(
            Backend backend, StoredModel model, Adapters adapters, int longest, int texts, MemoryTiers tiers) {
        TrainingPass.Plan plan = plan(adapters, longest, texts, tiers);
        SweptModel.requireRoom(backend, model, use(backend, model, plan), tiers);
    }

    private static SweptModel.Use use(Backend backend, StoredModel model, TrainingPass.Plan plan) {
        long pass = TrainingPass.measure(backend, model.spec(), ComputeType.F32, plan);
        try (TensorArena shapes = TensorArena.measuring()) {
            for (int i = 0; i < plan.microBatches(); i++) {
                new TokenBatch.Buffers(plan.maxTokens(), shapes);
            }
            shapes.matrix(DType.F32, plan.maxTokens(), model.spec().vocabularySize());
            return new SweptModel.Use(ComputeType.F32, plan.maxTokens(), pass + shapes.allocatedBytes(), 0);
        }
    }

    private static TokenBatch batch(Text text, int longest, TensorArena arena) {
        int[] ids = text.fed();
        int[] next = new int[ids.length];
        Arrays.fill(next, LossKernels.IGNORED);
        return new TokenBatch.Buffers(longest, arena).fill(ids, next, new int[] {ids.length});
    }

    private static AnswerLogits rows(TensorArena arena, Matrix logits, int from, int count) {
        Stream<float[]> rows = IntStream.range(from, from + count).mapToObj(row -> {
            float[] values = new float[logits.columns()];
            arena.fetch(logits.row(row), values, values.length);
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
