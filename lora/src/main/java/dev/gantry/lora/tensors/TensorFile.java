package dev.gantry.lora.tensors;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import dev.gantry.zoo.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;

/// A safetensors file that holds one set of named tensors, no more and no less.
public final class TensorFile {
    private TensorFile() {}

    /// Writes all tensors, forced to the disk.
    public static void write(Path file, SequencedMap<String, Tensor> tensors) throws IOException {
        SafetensorsWriter.write(file, tensors, SafetensorsWriter.PYTORCH);
    }

    /// Copies the file's tensors into `targets`, converting between floating types.
    ///
    /// @throws GantryException when the file does not hold exactly those names in those shapes
    public static void readInto(Map<String, Tensor> targets, Path file, Backend backend) {
        try (Checkpoint stored = SafetensorsFile.open(file)) {
            readInto(targets, stored, file, backend);
        }
    }

    /// The same from any kind of checkpoint.
    ///
    /// @param file to name in messages
    public static void readInto(Map<String, Tensor> targets, Checkpoint stored, Path file, Backend backend) {
        for (String name : stored.tensors().keySet()) {
            if (!targets.containsKey(name)) {
                throw mismatch(file, "tensor " + name + " belongs to no module that the settings name");
            }
        }
        targets.forEach((name, target) -> {
            if (!stored.tensors().containsKey(name)) {
                throw mismatch(file, "tensor " + name + " is missing");
            }
            Tensor tensor = stored.tensor(name);
            if (!tensor.shape().equals(target.shape()) || !tensor.dtype().isFloating()) {
                throw mismatch(
                        file,
                        "tensor " + name + " is " + tensor.dtype() + " " + tensor.shape() + " where " + target.shape()
                                + " is needed");
            }
            backend.elements().copy(tensor.matrix(), target.matrix());
        });
        backend.synchronize();
    }

    private static GantryException mismatch(Path file, String why) {
        return GantryException.badInput(
                "TENSORS-MISMATCH",
                "cannot read " + file,
                why,
                "Use the file with the model and settings it was made with.");
    }
}
