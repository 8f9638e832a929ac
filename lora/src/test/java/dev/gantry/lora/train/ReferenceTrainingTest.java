package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Schedule;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.Fixture;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.lora.adapter.AdapterMerge;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.train.TrainingStep.Extent;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.model.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Trajectories of transformers and PEFT, step by step, within the tolerances the references come with.
class ReferenceTrainingTest {
    private static final OptimizerSettings ADAM_W = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);

    private final CpuBackend backend = new CpuBackend(2);
    private final TensorArena arena = new TensorArena();

    @AfterEach
    void close() {
        arena.close();
        backend.close();
    }

    private static Adapter adapter(Path folder, LoadedModel model, CpuBackend backend) throws IOException {
        return PeftFolder.read(folder, model.model().spec(), model.folder().family()::modulePath, backend);
    }

    @ParameterizedTest
    @CsvSource({"gpt2, EVERYTHING", "llama_gqa, EVERYTHING", "llama_gqa, BOUNDARY"})
    void lora_followsTheReference_forTwentySteps(String name, Retention retention) throws IOException {
        Fixture fixture = Fixture.of(name);
        try (LoadedModel model = fixture.model();
                Adapter adapter = adapter(fixture.folder().resolve("lora/adapter_init"), model, backend);
                Trainee trainee = new LoraTrainee(backend, model.model(), adapter, ComputeType.F32, DecayScope.ALL);
                TrainingStep step = new TrainingStep(backend, trainee, ADAM_W, 1.0, new Extent(54, 1, retention))) {
            Schedule schedule = new Schedule.Cosine(3, 20);
            Trajectory trajectory = new Trajectory(fixture, "train_batches.safetensors", 20);
            long allocations = step.allocations();
            trajectory.run(step, s -> 1e-3 * schedule.factor(s));
            assertThat(step.allocations()).as("allocations after step 0").isEqualTo(allocations);
            fixture.assertClose("lora/train.safetensors", "loss", trajectory.losses);
            fixture.assertClose("lora/train.safetensors", "grad_norm", trajectory.norms);
            fixture.assertClose("lora/train.safetensors", "lr", trajectory.rates);
            adapter.tensors()
                    .forEach((tensor, value) -> fixture.assertClose(
                            "lora/adapter_final/adapter_model.safetensors", tensor, Fixture.floats(value)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama_gqa"})
    void full_followsTheReference_forTenSteps(String name) throws IOException {
        Fixture fixture = Fixture.of(name);
        try (LoadedModel model = fixture.model();
                Trainee trainee =
                        FullTrainee.of(backend, model.model(), ParameterId::toString, ComputeType.F32, DecayScope.ALL);
                TrainingStep step =
                        new TrainingStep(backend, trainee, ADAM_W, 1.0, new Extent(54, 1, Retention.EVERYTHING))) {
            Trajectory trajectory = new Trajectory(fixture, "train_batches.safetensors", 10);
            trajectory.run(step, s -> 5e-4);
            fixture.assertClose("full_ft.safetensors", "loss", trajectory.losses);
            fixture.assertClose("full_ft.safetensors", "grad_norm", trajectory.norms);
        }
    }

    @Test
    void merge_givesTheReferencesWeights_storedTransposed() throws IOException {
        Fixture fixture = Fixture.of("gpt2");
        try (LoadedModel model = fixture.model();
                Adapter adapter = adapter(fixture.folder().resolve("lora/adapter_final"), model, backend)) {
            AdapterMerge merge = new AdapterMerge(adapter, model.model().spec().linearLayout(), backend);
            adapter.layout().slots().forEach(slot -> {
                ParameterId id =
                        ParameterId.weight(slot.site().layer(), slot.site().module());
                Tensor base = model.model().parameter(id);
                Tensor merged = arena.allocate(DType.F32, base.shape().toArray());
                merge.merge(id, base.matrix(), merged.matrix());
                fixture.assertClose("lora/merged_weights.safetensors", slot.path() + ".weight", Fixture.floats(merged));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"even", "uneven"})
    void microBatches_giveTheLossOfOneBatch_howeverTheirLabelsAreSpread(String name) throws IOException {
        Fixture fixture = Fixture.of("llama_gqa");
        try (LoadedModel model = fixture.model();
                Checkpoint rows = fixture.file("grad_accum/" + name + ".safetensors");
                Adapter adapter = adapter(fixture.folder().resolve("lora/adapter_init"), model, backend);
                Trainee trainee = new LoraTrainee(backend, model.model(), adapter, ComputeType.F32, DecayScope.ALL);
                TrainingStep step =
                        new TrainingStep(backend, trainee, ADAM_W, 1.0, new Extent(36, 4, Retention.EVERYTHING))) {
            List<TokenBatch> microBatches = microBatches(fixture, rows);
            TrainingStep.Result result = step.take(microBatches, 0, 0);
            fixture.assertClose(
                    "grad_accum/expected.safetensors", name + ".one_batch.loss", new float[] {(float) result.loss()});
        }
    }

    @Test
    void microBatches_trainLikeTheReference() throws IOException {
        Fixture fixture = Fixture.of("llama_gqa");
        try (LoadedModel model = fixture.model();
                Checkpoint rows = fixture.file("grad_accum/even.safetensors");
                Adapter adapter = adapter(fixture.folder().resolve("lora/adapter_init"), model, backend);
                Trainee trainee = new LoraTrainee(backend, model.model(), adapter, ComputeType.F32, DecayScope.ALL);
                TrainingStep step =
                        new TrainingStep(backend, trainee, ADAM_W, 1.0, new Extent(36, 4, Retention.EVERYTHING))) {
            List<TokenBatch> microBatches = microBatches(fixture, rows);
            float[] losses = new float[3];
            float[] norms = new float[3];
            for (int s = 0; s < 3; s++) {
                TrainingStep.Result result = step.take(microBatches, 1e-3, s);
                losses[s] = (float) result.loss();
                norms[s] = (float) result.gradientNorm();
            }
            fixture.assertClose("grad_accum/expected.safetensors", "train_loss", losses);
            fixture.assertClose("grad_accum/expected.safetensors", "train_grad_norm", norms);
        }
    }

    private List<TokenBatch> microBatches(Fixture fixture, Checkpoint rows) {
        List<TokenBatch> microBatches = new ArrayList<>();
        for (int mb = 0; mb < 4; mb++) {
            microBatches.add(fixture.batch(rows, "", 2 * mb, 2 * mb + 2, new TokenBatch.Buffers(36, arena)));
        }
        return microBatches;
    }

    /// Kernels are interpreted at first and compiled later; a resumed run meets them in another state than the first.
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama_gqa"})
    void gradients_keepTheirBits_whileKernelsGetCompiled(String name) throws IOException {
        Fixture fixture = Fixture.of(name);
        try (LoadedModel model = fixture.model();
                Checkpoint batches = fixture.file("train_batches.safetensors");
                Trainee trainee =
                        FullTrainee.of(backend, model.model(), ParameterId::toString, ComputeType.F32, DecayScope.ALL);
                TrainingStep step =
                        new TrainingStep(backend, trainee, ADAM_W, 1.0, new Extent(54, 1, Retention.EVERYTHING))) {
            List<TokenBatch> batch =
                    List.of(fixture.batch(batches, "batch.0.", 0, 3, new TokenBatch.Buffers(54, arena)));
            TrainingStep.Result first = step.take(batch, 0, 0);
            for (int repeat = 0; repeat < 700; repeat++) {
                assertThat(step.take(batch, 0, 0)).as("repeat " + repeat).isEqualTo(first);
            }
        }
    }

    @Test
    void peftFolder_givesBackWhatWasWritten(@TempDir Path folder) throws IOException {
        Fixture fixture = Fixture.of("gpt2");
        try (LoadedModel model = fixture.model();
                Adapter adapter = adapter(fixture.folder().resolve("lora/adapter_final"), model, backend)) {
            PeftFolder.write(folder, adapter, model.model().spec(), "base");
            try (Adapter again = adapter(folder, model, backend)) {
                assertThat(again.config()).isEqualTo(adapter.config());
                assertThat(again.tensors().keySet()).isEqualTo(adapter.tensors().keySet());
                again.tensors()
                        .forEach((name, tensor) -> fixture.assertClose(
                                "lora/adapter_final/adapter_model.safetensors", name, Fixture.floats(tensor)));
            }
        }
    }

    @Test
    void peftFolder_isRead_whenItsTensorsArePickled() throws IOException {
        Fixture fixture = Fixture.of("gpt2");
        try (LoadedModel model = fixture.model();
                Adapter pickled = adapter(fixture.folder().resolve("lora/adapter_init_bin"), model, backend);
                Adapter plain = adapter(fixture.folder().resolve("lora/adapter_init"), model, backend)) {
            assertThat(pickled.tensors().keySet())
                    .containsExactlyElementsOf(plain.tensors().keySet());
            pickled.tensors()
                    .forEach((name, tensor) -> assertThat(Fixture.floats(tensor))
                            .isEqualTo(Fixture.floats(
                                    Objects.requireNonNull(plain.tensors().get(name)))));
        }
    }

    @Test
    void peftFolder_isRefused_withoutTensors_orForAnotherModel(@TempDir Path folder) throws IOException {
        Fixture fixture = Fixture.of("gpt2");
        Path adapter = fixture.folder().resolve("lora/adapter_init");
        Files.copy(adapter.resolve(AdapterConfigJson.FILE_NAME), folder.resolve(AdapterConfigJson.FILE_NAME));
        try (LoadedModel model = fixture.model();
                LoadedModel other = Fixture.of("llama_gqa").model()) {
            assertThatThrownBy(() -> adapter(folder, model, backend))
                    .isInstanceOf(GantryException.class)
                    .hasMessageContaining(PeftFolder.TENSORS_FILE);
            assertThatThrownBy(() -> adapter(adapter, other, backend))
                    .isInstanceOf(GantryException.class)
                    .hasMessageContaining("c_attn");
        }
    }

    @Test
    void peftFolder_isRefused_whenItsSettingsAskForMoreThanTheFileHolds(@TempDir Path folder) throws IOException {
        Fixture fixture = Fixture.of("gpt2");
        Path adapter = fixture.folder().resolve("lora/adapter_init");
        Files.copy(adapter.resolve(PeftFolder.TENSORS_FILE), folder.resolve(PeftFolder.TENSORS_FILE));
        String config = Files.readString(adapter.resolve(AdapterConfigJson.FILE_NAME));
        Files.writeString(
                folder.resolve(AdapterConfigJson.FILE_NAME), config.replaceAll("\"r\": *4", "\"r\": 2000000000"));
        try (LoadedModel model = fixture.model()) {
            assertThatThrownBy(() -> adapter(folder, model, backend))
                    .isInstanceOf(GantryException.class)
                    .hasMessageContaining("2000000000");
        }
    }

    private interface Rate {
        double at(int step);
    }

    /// The numbers of a run over a fixture's batches, taken in turn.
    private final class Trajectory {
        private final Fixture fixture;
        private final String file;
        private final float[] losses;
        private final float[] norms;
        private final float[] rates;

        Trajectory(Fixture fixture, String file, int steps) {
            this.fixture = fixture;
            this.file = file;
            this.losses = new float[steps];
            this.norms = new float[steps];
            this.rates = new float[steps];
        }

        void run(TrainingStep step, Rate rate) {
            TokenBatch.Buffers buffers = new TokenBatch.Buffers(54, arena);
            try (Checkpoint batches = fixture.file(file)) {
                for (int s = 0; s < losses.length; s++) {
                    TokenBatch batch = fixture.batch(batches, "batch." + s % 4 + ".", 0, 3, buffers);
                    TrainingStep.Result result = step.take(List.of(batch), rate.at(s), s);
                    losses[s] = (float) result.loss();
                    norms[s] = (float) result.gradientNorm();
                    rates[s] = (float) rate.at(s);
                }
            }
        }
    }
}
