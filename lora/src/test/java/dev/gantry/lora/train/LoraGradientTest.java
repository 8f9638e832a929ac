package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.TinyModels;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterLayout;
import dev.gantry.lora.adapter.BiasTraining;
import dev.gantry.lora.adapter.LoraConfig;
import dev.gantry.lora.adapter.TargetModules;
import dev.gantry.lora.random.TensorRandom;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Gradients of everything an adapter's settings can train, as a training step computes them, against differences.
class LoraGradientTest {
    private static final long SEED = 20_261_123;
    private static final long STEP_SEED = 5;

    private final CpuBackend backend = new CpuBackend(2);
    private final TensorArena arena = new TensorArena();

    @AfterEach
    void close() {
        arena.close();
        backend.close();
    }

    /// A model, and what is trained on it.
    record Kind(String name, DecoderSpec spec, LoraConfig config) {
        static Kind of(
                String name,
                DecoderSpec spec,
                List<String> targets,
                List<String> modulesToSave,
                BiasTraining bias,
                double dropout) {
            LoraConfig config = new LoraConfig(
                    3,
                    5,
                    dropout,
                    true,
                    new TargetModules.Names(targets),
                    List.of(),
                    modulesToSave,
                    Map.of("1.query", 4),
                    Map.of("mlp_up", 2.0),
                    bias);
            return new Kind(name, spec, config);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Kind GPT2_DROPOUT = Kind.of(
            "gpt2 dropout", TinyModels.GPT2, List.of("mlp_up", "query_key_value"), List.of(), BiasTraining.ALL, 0.4);

    static List<Kind> kinds() {
        return List.of(
                Kind.of("gpt2 bias all", TinyModels.GPT2, List.of("mlp_up"), List.of(), BiasTraining.ALL, 0),
                Kind.of("gpt2 lora_only", TinyModels.GPT2, List.of("mlp_down"), List.of(), BiasTraining.LORA_ONLY, 0),
                Kind.of(
                        "gpt2 modules_to_save",
                        TinyModels.GPT2,
                        List.of("mlp_up"),
                        List.of("position_embedding", "final_norm", "attention_norm"),
                        BiasTraining.NONE,
                        0),
                GPT2_DROPOUT,
                Kind.of(
                        "llama modules_to_save",
                        TinyModels.LLAMA,
                        List.of("query", "value"),
                        List.of("head", "token_embedding", "mlp_gate"),
                        BiasTraining.NONE,
                        0),
                Kind.of(
                        "llama patterns and dropout",
                        TinyModels.LLAMA,
                        List.of("query", "key", "value", "attention_output", "mlp_gate", "mlp_up", "mlp_down"),
                        List.of("norm"),
                        BiasTraining.NONE,
                        0.3));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void gradients_equalDifferences(Kind kind) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        try (Adapter adapter = adapter(kind);
                Trainee trainee = trainee(kind, adapter);
                TrainingStep step = step(trainee)) {
            List<TokenBatch> batches = batches(kind.spec, random);
            step.take(batches, 0, STEP_SEED);
            for (Trainable trainable : trainee.trainables()) {
                float[] gradient = trainable.gradient().data().toArray(ValueLayout.JAVA_FLOAT);
                for (int probe = 0; probe < 5; probe++) {
                    int i = random.nextInt(gradient.length);
                    double expected = slope(step, batches, trainable.value(), i);
                    assertThat((double) gradient[i])
                            .as("%s[%d]", trainable.name(), i)
                            .isCloseTo(expected, within(2e-3 + 0.02 * Math.abs(expected)));
                }
                assertThat(gradient).as(trainable.name()).isNotEqualTo(new float[gradient.length]);
            }
        }
    }

    /// A step at rate 0 changes nothing but says what the loss is, dropout included.
    private static double slope(TrainingStep step, List<TokenBatch> batches, Matrix value, int index) {
        float before = value.data().getAtIndex(ValueLayout.JAVA_FLOAT, index);
        float h = 4e-3f;
        value.data().setAtIndex(ValueLayout.JAVA_FLOAT, index, before + h);
        double up = step.take(batches, 0, STEP_SEED).loss();
        value.data().setAtIndex(ValueLayout.JAVA_FLOAT, index, before - h);
        double down = step.take(batches, 0, STEP_SEED).loss();
        value.data().setAtIndex(ValueLayout.JAVA_FLOAT, index, before);
        return (up - down) / (2 * h);
    }

    @Test
    void dropout_dependsOnTheStepAlone_andIsOffInEvaluation() {
        try (Adapter adapter = adapter(GPT2_DROPOUT);
                Trainee trainee = trainee(GPT2_DROPOUT, adapter);
                TrainingStep step = step(trainee)) {
            List<TokenBatch> batches = batches(TinyModels.GPT2, new Random(SEED));
            double first = step.take(batches, 0, 1).loss();
            assertThat(step.take(batches, 0, 2).loss()).isNotEqualTo(first);
            assertThat(step.take(batches, 0, 1).loss()).isEqualTo(first);
            double evaluated = step.lossSum(batches);
            assertThat(step.lossSum(batches)).isEqualTo(evaluated);
            assertThat(evaluated / batches.getFirst().labelled()).isNotEqualTo(first);
        }
    }

    private Adapter adapter(Kind kind) {
        AdapterLayout layout = AdapterLayout.of(kind.config, kind.spec, TinyModels::path);
        Adapter adapter = new Adapter(kind.config, layout, TinyModels::path);
        adapter.initialise(SEED, base(kind), backend);
        adapter.tensors().forEach((name, tensor) -> {
            if (name.contains("lora_B")) {
                new TensorRandom(SEED, name).fillNormal(tensor.matrix(), 0.4);
            }
        });
        return adapter;
    }

    private DecoderModel base(Kind kind) {
        return TinyModels.random(kind.spec, 3, arena);
    }

    private Trainee trainee(Kind kind, Adapter adapter) {
        return new LoraTrainee(backend, base(kind), adapter, ComputeType.F32, DecayScope.ALL);
    }

    private TrainingStep step(Trainee trainee) {
        OptimizerSettings adamW = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0);
        var extent = new TrainingStep.Extent(16, 1, Retention.BOUNDARY);
        return new TrainingStep(backend, trainee, adamW, 0, extent);
    }

    private List<TokenBatch> batches(DecoderSpec spec, Random random) {
        int[] ids = random.ints(14, 0, spec.vocabularySize()).toArray();
        int[] next = random.ints(14, 0, spec.vocabularySize()).toArray();
        return List.of(new TokenBatch.Buffers(16, arena).fill(ids, next, 9, 5));
    }
}
