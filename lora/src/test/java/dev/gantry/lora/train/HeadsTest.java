package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec.Head;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.export.MergedExport;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Models whose head is not what their family usually has: with a head of their own, or a LLaMA with a tied one.
class HeadsTest {
    private static final long SEED = 20_261_125;
    private static final float TOLERANCE = 2e-5f;

    private final CpuBackend backend = new CpuBackend(2);
    private final TensorArena arena = new TensorArena();

    @TempDir
    private Path temp;

    @AfterEach
    void close() {
        arena.close();
        backend.close();
    }

    private static Path folder(String name) throws IOException {
        try {
            return Path.of(Objects.requireNonNull(HeadsTest.class.getResource("/untied/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"gpt2, OWN", "opt, OWN", "opt_350m, OWN", "bloom, OWN", "llama_tied, TIED"})
    void logitsLossAndGradientsEqualPyTorchs(String name, Head head) throws IOException {
        try (LoadedModel model = ModelFolder.open(folder(name)).load();
                Checkpoint expected = SafetensorsFile.open(folder(name).resolve("expected.safetensors"))) {
            assertThat(model.model().spec().head()).isEqualTo(head);
            TokenBatch batch = batch(expected);
            assertClose("logits", expected, logits(model.model(), batch));
            try (FullTrainee trainee = trainee(model);
                    TrainingStep step = step(trainee, batch)) {
                TrainingStep.Result result = step.take(List.of(batch), 0, 0);
                assertClose("loss", expected, (float) result.loss());
                for (Trainable trainable : trainee.trainables()) {
                    assertClose("grad." + trainable.name(), expected, floats(trainable.gradient()));
                }
            }
        }
    }

    /// Not OPT's ReLU, whose kinks differences stumble over.
    @ParameterizedTest
    @CsvSource({"gpt2", "opt_350m", "bloom", "llama_tied"})
    void gradientsEqualDifferences(String name) throws IOException {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        try (LoadedModel model = ModelFolder.open(folder(name)).load();
                Checkpoint expected = SafetensorsFile.open(folder(name).resolve("expected.safetensors"));
                FullTrainee trainee = trainee(model)) {
            TokenBatch batch = batch(expected);
            try (TrainingStep step = step(trainee, batch)) {
                step.take(List.of(batch), 0, 0);
                for (Trainable trainable : trainee.trainables()) {
                    Matrix value = trainable.value();
                    int row = random.nextInt(value.rows());
                    int column = random.nextInt(value.columns());
                    double actual = Elements.get(trainable.gradient(), row, column);
                    double slope = slope(step, batch, value, row, column);
                    assertThat(actual)
                            .as("%s [%d, %d]", trainable.name(), row, column)
                            .isCloseTo(slope, within(2e-3 + 0.02 * Math.abs(slope)));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"gpt2", "opt", "opt_350m", "bloom", "llama_tied"})
    void exportsReloadBitForBit_withTheirHeads(String name) throws IOException {
        ModelFolder before = ModelFolder.open(folder(name));
        Path out = temp.resolve("out");
        new MergedExport(backend, Progress.silent()).write(before, out, null);
        ModelFolder after = ModelFolder.open(out);
        assertThat(after.spec()).isEqualTo(before.spec());
        boolean own = before.spec().head() == Head.OWN;
        assertThat(after.parameters().names().containsKey(ParameterId.weight(Module.HEAD)))
                .isEqualTo(own);
        try (Checkpoint written = SafetensorsFile.open(out.resolve("model.safetensors"));
                LoadedModel was = before.load();
                LoadedModel is = after.load()) {
            assertThat(written.tensors().containsKey("lm_head.weight")).isEqualTo(own);
            assertThat(is.model().parameters().keySet())
                    .isEqualTo(was.model().parameters().keySet());
            was.model()
                    .parameters()
                    .forEach((id, tensor) -> assertThat(
                                    is.model().parameter(id).data().mismatch(tensor.data()))
                            .as(id.toString())
                            .isEqualTo(-1));
        }
    }

    private FullTrainee trainee(LoadedModel model) {
        return FullTrainee.of(
                backend, model.model(), model.folder().family().names()::standard, ComputeType.F32, DecayScope.ALL);
    }

    private TrainingStep step(Trainee trainee, TokenBatch batch) {
        var extent = new TrainingStep.Extent(batch.tokens(), 1, Retention.EVERYTHING);
        return new TrainingStep(backend, trainee, new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0), 0, extent);
    }

    private static double slope(TrainingStep step, TokenBatch batch, Matrix value, int row, int column) {
        float before = Elements.get(value, row, column);
        float h = 4e-3f;
        Elements.set(value, row, column, before + h);
        double up = step.take(List.of(batch), 0, 0).loss();
        Elements.set(value, row, column, before - h);
        double down = step.take(List.of(batch), 0, 0).loss();
        Elements.set(value, row, column, before);
        return (up - down) / (2 * h);
    }

    private float[] logits(DecoderModel model, TokenBatch batch) {
        Matrix logits = arena.matrix(DType.F32, batch.tokens(), model.spec().vocabularySize());
        var plan = new TrainingPass.Plan(batch.tokens(), 1, Retention.BOUNDARY, Adapters.NONE, Set.of());
        try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                TrainingPass pass = new TrainingPass(backend, weights.weights(), plan)) {
            pass.forward(List.of(batch), Adapters.NONE);
            pass.logits(0, batch, logits);
            backend.synchronize();
        }
        return floats(logits);
    }

    /// Every token but the first of a sequence is a label.
    private TokenBatch batch(Checkpoint expected) {
        Tensor stored = expected.tensor("ids");
        int[] ids = Arrays.stream(stored.data().toArray(ValueLayout.JAVA_LONG))
                .mapToInt(Math::toIntExact)
                .toArray();
        int length = (int) stored.shape().extent(1);
        int[] next = new int[ids.length];
        for (int t = 0; t < ids.length; t++) {
            next[t] = (t + 1) % length == 0 ? -100 : ids[t + 1];
        }
        int[] lengths = new int[ids.length / length];
        Arrays.fill(lengths, length);
        return new TokenBatch.Buffers(ids.length, arena).fill(ids, next, lengths);
    }

    private static float[] floats(Matrix matrix) {
        return matrix.data().toArray(ValueLayout.JAVA_FLOAT);
    }

    private static void assertClose(String name, Checkpoint expected, float... actual) {
        float[] wanted = expected.tensor(name).data().toArray(ValueLayout.JAVA_FLOAT);
        assertThat(actual).as(name).containsExactly(wanted, within(TOLERANCE));
    }
}
