package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.Fixture;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.export.MergedExport;
import dev.gantry.lora.export.TunedModel;
import dev.gantry.lora.train.TrainingStep.Extent;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Trained biases, modules_to_save, patterns and rsLoRA: reading, training, saving and merging as PEFT does them.
class PeftCasesTest {
    private final CpuBackend backend = new CpuBackend(2);
    private final TensorArena arena = new TensorArena();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        arena.close();
        backend.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt2_bias_all",
                "gpt2_bias_lora_only",
                "gpt2_modules_to_save",
                "llama_modules_to_save",
                "llama_patterns",
                "opt_bias_all",
                "opt_350m_bias_all",
                "bloom_bias_all",
                "bloom_modules_to_save"
            })
    void adapter_isReadTrainedSavedAndMerged(String name) throws IOException {
        PeftCase peft = PeftCase.of(name);
        Fixture reference = peft.reference();
        try (LoadedModel model = peft.model();
                Adapter adapter = PeftCase.adapter(peft.adapterFolder(), model, backend)) {
            float[] before = peft.logits(backend, adapter.overlay(model.model()), adapter.lowRank());
            reference.assertClose("expected.safetensors", "logits_init", before);
            train(peft, model, adapter);
            float[] after = peft.logits(backend, adapter.overlay(model.model()), adapter.lowRank());
            reference.assertClose("expected.safetensors", "logits_final", after);
            checkSaved(peft, model, adapter, after);
            checkMerged(peft, model, after);
        }
    }

    private void train(PeftCase peft, LoadedModel model, Adapter adapter) throws IOException {
        Fixture reference = peft.reference();
        float[] losses = new float[PeftCase.STEPS];
        float[] norms = new float[PeftCase.STEPS];
        OptimizerSettings adamW = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);
        try (Trainee trainee = new LoraTrainee(backend, model.model(), adapter, ComputeType.F32, DecayScope.ALL);
                TrainingStep step =
                        new TrainingStep(backend, trainee, adamW, 1.0, new Extent(128, 1, Retention.EVERYTHING))) {
            for (int s = 0; s < PeftCase.STEPS; s++) {
                TrainingStep.Result result = step.take(List.of(peft.trainBatch(s, arena)), PeftCase.RATE, s);
                losses[s] = (float) result.loss();
                norms[s] = (float) result.gradientNorm();
                if (s == 0) {
                    checkGradients(reference, trainee);
                }
            }
        }
        reference.assertClose("expected.safetensors", "loss", losses);
        reference.assertClose("expected.safetensors", "grad_norm", norms);
    }

    /// The very tensors that PEFT trains, each with PEFT's gradient.
    private static void checkGradients(Fixture reference, Trainee trainee) {
        try (Checkpoint expected = reference.file("expected.safetensors")) {
            Set<String> names = Set.copyOf(expected.tensors().keySet());
            assertThat(trainee.trainables().stream().map(trainable -> "grad." + trainable.name()))
                    .containsExactlyInAnyOrderElementsOf(
                            names.stream().filter(n -> n.startsWith("grad.")).toList());
        }
        trainee.trainables().forEach(trainable -> {
            float[] gradient = trainable.gradient().data().toArray(ValueLayout.JAVA_FLOAT);
            reference.assertClose("expected.safetensors", "grad." + trainable.name(), gradient);
        });
    }

    private static float largest(float... values) {
        float largest = 1;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private void checkSaved(PeftCase peft, LoadedModel model, Adapter adapter, float[] logits) throws IOException {
        Path saved = Files.createDirectory(folder.resolve("adapter"));
        PeftFolder.write(saved, adapter, model.model().spec(), "base");
        try (Checkpoint own = SafetensorsFile.open(saved.resolve(PeftFolder.TENSORS_FILE));
                Checkpoint pefts = SafetensorsFile.open(peft.adapterFolder().resolve(PeftFolder.TENSORS_FILE));
                Adapter again = PeftCase.adapter(saved, model, backend)) {
            assertThat(own.tensors().keySet())
                    .containsExactlyInAnyOrderElementsOf(pefts.tensors().keySet());
            own.tensors()
                    .forEach((name, info) -> assertThat(info.shape())
                            .as(name)
                            .isEqualTo(pefts.tensor(name).shape()));
            assertThat(peft.logits(backend, again.overlay(model.model()), again.lowRank()))
                    .isEqualTo(logits);
        }
    }

    private void checkMerged(PeftCase peft, LoadedModel model, float[] logits) throws IOException {
        TunedModel tuned = new TunedModel(model.folder(), folder.resolve("adapter"), null);
        Path merged = folder.resolve("merged");
        new MergedExport(backend, Progress.silent()).write(tuned, merged, null);
        try (LoadedModel reloaded = ModelFolder.open(merged).load()) {
            float[] actual = peft.logits(backend, reloaded.model(), Adapters.NONE);
            assertThat(actual).containsExactly(logits, within(1e-5f * largest(logits)));
        }
    }
}
