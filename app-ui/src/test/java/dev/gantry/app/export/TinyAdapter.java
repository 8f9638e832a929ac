package dev.gantry.app.export;

import dev.gantry.app.run.RunFiles;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterLayout;
import dev.gantry.lora.adapter.LoraConfig;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.adapter.TargetModules;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.TrainerState;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

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

    /// A run of `home` that saved the adapter after 7 steps.
    public static Path run(GantryHome home, Path adapter, String name) throws IOException {
        Path run = Files.createDirectories(home.runs().resolve(name));
        Files.writeString(run.resolve(RunFiles.SETTINGS), "{}");
        TrainerState state =
                new TrainerState(TrainerState.FORMAT, 7, 0, 7, 42, 0, 0, 0, 0, null, TrainerState.Best.NONE, null);
        new CheckpointStore(run).save(state, 1, folder -> {
            try (Stream<Path> files = Files.list(adapter)) {
                for (Path file : files.toList()) {
                    Files.copy(file, folder.resolve(file.getFileName()));
                }
            }
        });
        return run;
    }

    private static void learn(Tensor tensor) {
        for (long i = 0; i < tensor.elements(); i++) {
            float value = tensor.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, value + 0.01f * (i % 7 - 3));
        }
    }
}
