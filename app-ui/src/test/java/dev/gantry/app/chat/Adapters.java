package dev.gantry.app.chat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterLayout;
import dev.gantry.lora.adapter.LoraConfig;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.adapter.TargetModules;
import dev.gantry.lora.random.TensorRandom;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Adapters that change what a model says, without training.
public final class Adapters {
    private static final double SPREAD = 0.3;

    private Adapters() {}

    /// Writes an adapter of random values for the model in `model`.
    ///
    /// @param baseModel what the adapter calls its base
    public static Path random(Path model, Path folder, String baseModel, long seed) throws IOException {
        Files.createDirectories(folder);
        ModelFolder opened = ModelFolder.open(model);
        LoraConfig config = LoraConfig.of(4, 8, 0, new TargetModules.AllLinear());
        try (CpuBackend backend = new CpuBackend(1);
                LoadedModel loaded = opened.load();
                Adapter made = new Adapter(
                        config,
                        AdapterLayout.of(config, opened.spec(), opened.family()::modulePath),
                        opened.family()::modulePath)) {
            made.initialise(seed, loaded.model(), backend);
            made.layout()
                    .slots()
                    .forEach(slot -> new TensorRandom(seed, slot.nameOfB())
                            .fillUniform(
                                    Objects.requireNonNull(made.tensors().get(slot.nameOfB()))
                                            .matrix(),
                                    SPREAD));
            PeftFolder.write(folder, made, opened.spec(), baseModel);
        }
        return folder;
    }
}
