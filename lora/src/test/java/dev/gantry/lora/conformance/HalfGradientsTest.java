package dev.gantry.lora.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cuda.CudaBackend;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.engine.optim.LossScale;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.Fixture;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.train.DecayScope;
import dev.gantry.lora.train.LoraTrainee;
import dev.gantry.lora.train.TrainingStep;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Gradients of an adapter in f16, scaled as runs scale them, beside those of PyTorch in f32.
class HalfGradientsTest {
    private static final Path CASES = Path.of(System.getProperty("gantry.shared", "nowhere"), "fixtures");
    private static final OptimizerSettings ADAM_W = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);

    /// Of the largest gradient of a tensor. Those of A are made of what B leaves of many larger ones.
    private static final double SHARE = 0x1p-5;

    /// @param gradients without the loss scale, by the adapter's names
    private record Outcome(double loss, Map<String, float[]> gradients) {}

    private static Outcome outcome(Backend backend, Path folder, ComputeType compute) throws IOException {
        MemoryAccount device = backend.unlimited();
        float scale = compute == ComputeType.F16 ? LossScale.START.factor() : 1;
        try (LoadedModel model = ModelFolder.open(folder).load();
                Checkpoint file = SafetensorsFile.open(folder.resolve("inputs.safetensors"));
                TensorArena arena = new TensorArena(device, "batch");
                Adapter adapter = PeftFolder.read(
                        folder.resolve("lora/adapter_init"),
                        model.model().spec(),
                        model.folder().family()::modulePath,
                        backend,
                        device);
                LoraTrainee trainee =
                        new LoraTrainee(backend, model.model(), adapter, compute, DecayScope.ALL, device)) {
            PaddedBatch padded = PaddedBatch.read(file, "");
            TokenBatch batch = padded.unpadded(new TokenBatch.Buffers(padded.tokens(), arena));
            var extent = new TrainingStep.Extent(padded.tokens(), 1, Retention.EVERYTHING);
            try (TrainingStep step = new TrainingStep(backend, trainee, ADAM_W, 1, extent, device)) {
                TrainingStep.Result result = step.take(List.of(batch), 0, 0, scale);
                Map<String, float[]> gradients = new HashMap<>();
                for (Trainable trainable : trainee.trainables()) {
                    float[] values = Values.floats(backend, trainable.gradient());
                    for (int i = 0; i < values.length; i++) {
                        values[i] /= scale;
                    }
                    gradients.put(trainable.name(), values);
                }
                return new Outcome(result.loss(), gradients);
            }
        }
    }

    /// The largest error of a tensor's gradients, of its largest gradient: the worst of all tensors.
    private static double worst(Map<String, float[]> actual, Map<String, float[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        double worst = 0;
        for (Map.Entry<String, float[]> tensor : expected.entrySet()) {
            float[] there = tensor.getValue();
            float[] here = Objects.requireNonNull(actual.get(tensor.getKey()));
            double largest = 0;
            double error = 0;
            for (int i = 0; i < there.length; i++) {
                double difference = Math.abs(here[i] - there[i]);
                error = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(error, difference);
                largest = Math.max(largest, Math.abs(there[i]));
            }
            worst = Math.max(worst, largest == 0 ? error : error / largest);
        }
        return worst;
    }

    /// Near what is expected, and several times nearer than bf16 comes, which keeps three bits less.
    private static void assertNear(String name, Outcome half, Outcome bf16, Map<String, float[]> expected) {
        double error = worst(half.gradients, expected);
        double ofBf16 = worst(bf16.gradients, expected);
        System.out.printf("%s: off by %.1e in f16, by %.1e in bf16%n", name, error, ofBf16);
        assertThat(error).as(name).isLessThan(SHARE).isLessThan(ofBf16 / 3);
    }

    /// By tensor cores of a Turing card, whose instructions the host has as it has all others.
    @Test
    void gradientsOfACardWithoutBf16_areThoseOfTheProcessorInF32() throws IOException {
        Path folder = Fixture.of("gpt2").folder();
        try (CpuBackend processor = new CpuBackend(1);
                HostCuda cuda = HostCuda.open();
                CudaBackend card = cuda.backend()) {
            Outcome expected = outcome(processor, folder, ComputeType.F32);
            Outcome actual = outcome(card, folder, ComputeType.F16);
            assertThat(actual.loss).isCloseTo(expected.loss, within(5e-4 * expected.loss));
            assertNear("gpt2 on a card", actual, outcome(processor, folder, ComputeType.BF16), expected.gradients);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "bloom", "opt"})
    void gradientsOfTheProcessor_areThoseOfTheReferences(String name) throws IOException {
        Path folder = CASES.resolve(name);
        assumeTrue(Files.isDirectory(folder), "the reference cases are not beside this project");
        try (CpuBackend processor = new CpuBackend(2);
                Checkpoint reference = SafetensorsFile.open(folder.resolve("lora/grads.safetensors"))) {
            Outcome actual = outcome(processor, folder, ComputeType.F16);
            Map<String, float[]> expected = new HashMap<>();
            actual.gradients.keySet().forEach(tensor -> expected.put(tensor, Values.floats(reference.tensor(tensor))));
            assertNear(name, actual, outcome(processor, folder, ComputeType.BF16), expected);
        }
    }

    @Test
    void gradientsOfTheProcessor_areThoseOfF32() throws IOException {
        Path folder = Fixture.of("llama_gqa").folder();
        try (CpuBackend processor = new CpuBackend(2)) {
            Outcome expected = outcome(processor, folder, ComputeType.F32);
            Outcome actual = outcome(processor, folder, ComputeType.F16);
            assertThat(actual.loss).isCloseTo(expected.loss, within(5e-4 * expected.loss));
            assertNear("llama_gqa", actual, outcome(processor, folder, ComputeType.BF16), expected.gradients);
        }
    }
}
