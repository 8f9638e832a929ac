package dev.gantry.app.export;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterLayout;
import dev.gantry.lora.adapter.LoraConfig;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.adapter.TargetModules;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/// An adapter on the starter model, as if something had been learned.
public final class TinyAdapter {
    private TinyAdapter() {}

    /// Writes the starter model to `folder/base` and the adapter to `folder/tuned`.
    ///
    /// @return the adapter's PEFT folder
    public static Path in(Path folder) throws IOException {
        Path base = folder.resolve("base");
        Path target = Files.createDirectories(folder.resolve("tuned"));
        StarterModel.copyTo(base);
        ModelFolder model = ModelFolder.open(base);
        LoraConfig config = LoraConfig.of(2, 4, 0, new TargetModules.AllLinear());
        AdapterLayout layout = AdapterLayout.of(config, model.spec(), model.family()::modulePath);
        try (CpuBackend backend = new CpuBackend(1);
                LoadedModel loaded = model.load();
                Adapter adapter = new Adapter(config, layout, model.family()::modulePath)) {
            adapter.initialise(1, loaded.model(), backend);
            adapter.tensors().values().forEach(TinyAdapter::learn);
            PeftFolder.write(target, adapter, model.spec(), base.toString());
        }
        return target;
    }

    private static void learn(Tensor tensor) {
        for (long i = 0; i < tensor.elements(); i++) {
            float value = tensor.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, value + 0.01f * (i % 7 - 3));
        }
    }
}
