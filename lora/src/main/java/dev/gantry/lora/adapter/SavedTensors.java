package dev.gantry.lora.adapter;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import dev.gantry.zoo.torch.TorchFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The tensors of a PEFT folder, less what PEFT saves without ever reading it again.
final class SavedTensors implements Checkpoint {
    private static final String PICKLED_FILE = "adapter_model.bin";

    /// With trained biases PEFT also saves those of modules_to_save under the names of its wrapper, the values before
    /// training among them; the trained ones stand under the module's own name too.
    private static final List<String> WRAPPER_PARTS = List.of(".original_module.", ".modules_to_save.");

    private final Checkpoint stored;
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    private SavedTensors(Checkpoint stored) {
        this.stored = stored;
        stored.tensors().forEach((name, info) -> {
            if (WRAPPER_PARTS.stream().noneMatch(name::contains)) {
                tensors.put(name, info);
            }
        });
    }

    /// @throws GantryException when the folder holds no tensors, or damaged ones
    static SavedTensors open(Path folder) {
        Path file = folder.resolve(PeftFolder.TENSORS_FILE);
        if (Files.isRegularFile(file)) {
            return new SavedTensors(SafetensorsFile.open(file));
        }
        Path pickled = folder.resolve(PICKLED_FILE);
        if (Files.isRegularFile(pickled)) {
            return new SavedTensors(TorchFile.open(pickled));
        }
        throw GantryException.badInput(
                "ADAPTER-NO-TENSORS",
                "cannot read the adapter " + folder,
                "there is neither " + PeftFolder.TENSORS_FILE + " nor " + PICKLED_FILE + " in it",
                "Fetch the adapter again, with its tensors.");
    }

    /// The settings that the tensors bear out: some versions of PEFT train the biases of adapted modules and then leave
    /// them out of the file, so that loading the adapter gives the base model's.
    LoraConfig settings(LoraConfig config) {
        boolean lost = config.bias() == BiasTraining.LORA_ONLY
                && tensors.keySet().stream().noneMatch(name -> name.endsWith(".base_layer.bias"));
        return lost ? config.withBias(BiasTraining.NONE) : config;
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    @Override
    public Tensor tensor(String name) {
        return stored.tensor(name);
    }

    @Override
    public List<Path> files() {
        return stored.files();
    }

    @Override
    public void close() {
        stored.close();
    }
}
