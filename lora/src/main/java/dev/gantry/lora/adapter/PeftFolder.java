package dev.gantry.lora.adapter;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.tensors.TensorFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An adapter's folder as PEFT writes and reads it: `adapter_config.json` and `adapter_model.safetensors`, or the older
/// `adapter_model.bin`, which is only read.
public final class PeftFolder {
    /// Name of the file with the tensors.
    public static final String TENSORS_FILE = "adapter_model.safetensors";

    private PeftFolder() {}

    /// Writes both files into an existing folder.
    ///
    /// @param baseModel name or path that loaders look the base model up by
    public static void write(Path folder, Adapter adapter, DecoderSpec base, String baseModel) throws IOException {
        AdapterCheck.requireFinite(adapter);
        Files.writeString(
                folder.resolve(AdapterConfigJson.FILE_NAME),
                AdapterConfigJson.write(named(adapter), base.linearLayout(), baseModel),
                StandardCharsets.UTF_8);
        TensorFile.write(folder.resolve(TENSORS_FILE), adapter.tensors(), adapter.memory());
    }

    /// Settings that spell out all-linear, which not every loader knows.
    private static LoraConfig named(Adapter adapter) {
        LoraConfig config = adapter.config();
        return switch (config.targetModules()) {
            case TargetModules.AllLinear _ -> {
                List<String> names = adapter.layout().slots().stream()
                        .map(slot -> slot.path().substring(slot.path().lastIndexOf('.') + 1))
                        .distinct()
                        .toList();
                yield config.withTargetModules(new TargetModules.Names(names));
            }
            case TargetModules.Names _, TargetModules.Expression _ -> config;
        };
    }

    /// Reads an adapter for a model; the caller closes it.
    ///
    /// @param paths the model's naming
    /// @throws GantryException when the folder holds no adapter, a damaged one, or one for another model
    public static Adapter read(Path folder, DecoderSpec base, ModulePaths paths, Backend backend) throws IOException {
        return read(folder, base, paths, backend, backend.unlimited());
    }

    /// Reads an adapter for a model; the caller closes it.
    ///
    /// @param paths the model's naming
    /// @param device where its tensors lie
    /// @throws GantryException as above, or when it is larger than that
    public static Adapter read(Path folder, DecoderSpec base, ModulePaths paths, Backend backend, MemoryAccount device)
            throws IOException {
        LoraConfig asked = AdapterConfigJson.read(folder).config();
        try (SavedTensors stored = SavedTensors.open(folder)) {
            LoraConfig config = stored.settings(asked);
            AdapterLayout layout = layout(folder, config, base, paths);
            Path file = stored.files().getFirst();
            TensorFile.requireSame(layout.tensorShapes(paths), stored, file);
            Adapter adapter = new Adapter(config, layout, paths, device);
            boolean complete = false;
            try {
                TensorFile.readInto(adapter.tensors(), stored, file, backend);
                AdapterCheck.requireFinite(adapter);
                complete = true;
                return adapter;
            } finally {
                if (!complete) {
                    adapter.close();
                }
            }
        }
    }

    private static AdapterLayout layout(Path folder, LoraConfig config, DecoderSpec base, ModulePaths paths) {
        try {
            return AdapterLayout.of(config, base, paths);
        } catch (IllegalArgumentException e) {
            throw GantryException.badInput(
                            "ADAPTER-MISFIT",
                            "the adapter " + folder + " does not fit this model",
                            String.valueOf(e.getMessage()),
                            "Load it with the model it was trained on.")
                    .causedBy(e);
        }
    }
}
