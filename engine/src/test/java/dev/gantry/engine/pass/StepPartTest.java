package dev.gantry.engine.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A step taken in parts, one after the other, gives the bits of the whole; and a listener hears where it stands.
class StepPartTest {
    private static final long SEED = 20_261_124;
    private static final int MICRO_BATCHES = 5;

    private final Random random = new Random(SEED);

    @Test
    void partsOfAStepAddUpToTheBit() {
        System.out.println("seed " + SEED);
        DecoderSpec untied = Objects.requireNonNull(TinyDecoders.all().get("llama-gqa"));
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(untied, random, arena);
            Adapters adapters = TinyDecoders.adapters(untied, 2, 0.3f, random, arena);
            Gradients gradients = TinyDecoders.gradients(model, adapters, arena);
            List<TokenBatch> batches = batches(untied, arena);
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                    TrainingPass pass = pass(backend, weights, model, adapters)) {
                double loss = pass.lossAndGradients(batches, adapters, gradients, 9);
                List<String> whole = bits(gradients);
                StepPart all = StepPart.all(batches, 9);
                for (int cut = 1; cut < MICRO_BATCHES; cut++) {
                    gradients.clear(backend);
                    double sum = 0;
                    for (int from : new int[] {0, cut}) {
                        List<TokenBatch> given = batches.subList(from, from == 0 ? cut : MICRO_BATCHES);
                        StepPart part = new StepPart(9, from, all.labelled());
                        for (double one :
                                pass.lossesAndGradients(given, adapters, gradients, part, BackwardListener.NONE)) {
                            sum += one;
                        }
                    }
                    assertThat(all.mean(sum)).isEqualTo(loss);
                    assertThat(bits(gradients)).isEqualTo(whole);
                }
            }
        }
    }

    /// A power of two goes through every kernel of the backward without rounding.
    @Test
    void lossScale_isOnEveryGradient_andNothingElse() {
        DecoderSpec spec = Objects.requireNonNull(TinyDecoders.all().get("llama-gqa"));
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec, random, arena);
            Adapters adapters = TinyDecoders.adapters(spec, 2, 0.3f, random, arena);
            Gradients gradients = TinyDecoders.gradients(model, adapters, arena);
            List<TokenBatch> batches = batches(spec, arena);
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                    TrainingPass pass = pass(backend, weights, model, adapters)) {
                StepPart all = StepPart.all(batches, 9);
                double loss = pass.lossAndGradients(batches, adapters, gradients, all);
                List<Float> plain = values(gradients);
                gradients.clear(backend);
                assertThat(pass.lossAndGradients(batches, adapters, gradients, all.scaledBy(0x1p16f)))
                        .isEqualTo(loss);
                assertThat(values(gradients))
                        .isEqualTo(plain.stream().map(value -> value * 0x1p16f).toList());
            }
        }
    }

    private static List<Float> values(Gradients gradients) {
        List<Matrix> all = new ArrayList<>(gradients.parameters().values());
        gradients.adapters().values().forEach(gradient -> all.addAll(List.of(gradient.da(), gradient.db())));
        List<Float> values = new ArrayList<>();
        for (Matrix matrix : all) {
            for (float value : matrix.data().toArray(ValueLayout.JAVA_FLOAT)) {
                values.add(value);
            }
        }
        return values;
    }

    @Test
    void listenerHearsHeadBlocksEmbedding_eachBeforeAndAfterItsGradients() {
        DecoderSpec spec = Objects.requireNonNull(TinyDecoders.all().get("llama-gqa"));
        List<String> heard = new ArrayList<>();
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            DecoderModel model = TinyDecoders.random(spec, random, arena);
            Gradients gradients = TinyDecoders.gradients(model, Adapters.NONE, arena);
            BackwardListener listener = new BackwardListener() {
                @Override
                public void headStarted() {
                    hear("head");
                }

                @Override
                public void headFinished() {
                    hear("head done");
                }

                @Override
                public void blockStarted(int layer) {
                    hear("block " + layer);
                }

                @Override
                public void blockFinished(int layer) {
                    hear("block " + layer + " done");
                }

                @Override
                public void embeddingStarted() {
                    hear("embedding");
                }

                @Override
                public void embeddingFinished() {
                    hear("embedding done");
                }

                // Notes what was heard and which parts have gradients by now.
                private void hear(String what) {
                    TreeMap<Integer, String> touched = new TreeMap<>();
                    gradients.parameters().forEach((id, gradient) -> {
                        if (backend.elements().sumOfSquares(gradient) > 0) {
                            String outer = id.module().toString().contains("EMBEDDING") ? "embedding" : "head";
                            touched.put(id.layer(), id.layer() < 0 ? outer : String.valueOf(id.layer()));
                        }
                    });
                    heard.add(what + " " + touched.values());
                }
            };
            List<TokenBatch> batches = batches(spec, arena);
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                    TrainingPass pass = pass(backend, weights, model, Adapters.NONE)) {
                StepPart all = StepPart.all(batches, 9);
                pass.lossesAndGradients(batches, Adapters.NONE, gradients, all, listener);
            }
        }
        assertThat(heard.subList(0, 8))
                .containsExactly(
                        "head []",
                        "head done [head]",
                        "block 1 [head]",
                        "block 1 done [head, 1]",
                        "block 0 [head, 1]",
                        "block 0 done [head, 0, 1]",
                        "embedding [head, 0, 1]",
                        heard.get(7));
        assertThat(heard.get(7)).startsWith("embedding done [");
    }

    private static TrainingPass pass(
            CpuBackend backend, ResidentWeights weights, DecoderModel model, Adapters adapters) {
        return new TrainingPass(
                backend,
                weights.weights(),
                new TrainingPass.Plan(
                        8,
                        MICRO_BATCHES,
                        Retention.BOUNDARY,
                        adapters,
                        model.parameters().keySet()));
    }

    private List<TokenBatch> batches(DecoderSpec spec, TensorArena arena) {
        List<TokenBatch> batches = new ArrayList<>();
        for (int mb = 0; mb < MICRO_BATCHES; mb++) {
            int tokens = 3 + mb;
            int[] ids = random.ints(tokens, 0, spec.vocabularySize()).toArray();
            int[] next = random.ints(tokens, 0, spec.vocabularySize()).toArray();
            next[0] = LossKernels.IGNORED;
            batches.add(new TokenBatch.Buffers(8, arena).fill(ids, next, tokens));
        }
        return batches;
    }

    private static List<String> bits(Gradients gradients) {
        List<String> bits = new ArrayList<>();
        gradients.parameters().forEach((id, gradient) -> bits.add(id + hex(gradient)));
        gradients.adapters().forEach((site, gradient) -> bits.add(site + hex(gradient.da()) + hex(gradient.db())));
        bits.sort(null);
        return bits;
    }

    private static String hex(Matrix matrix) {
        return HexFormat.of().formatHex(matrix.data().toArray(ValueLayout.JAVA_BYTE));
    }
}
