package dev.gantry.lora.tensors;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.Memory;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import dev.gantry.zoo.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// A safetensors file that holds one set of named tensors, no more and no less.
public final class TensorFile {
    private TensorFile() {}

    /// Writes all tensors, forced to the disk.
    public static void write(Path file, SequencedMap<String, Tensor> tensors) throws IOException {
        SafetensorsWriter.write(file, tensors, SafetensorsWriter.PYTORCH);
    }

    /// The same from any memory, one tensor after the other.
    public static void write(Path file, SequencedMap<String, Tensor> tensors, Memory memory) throws IOException {
        if (memory.isHost()) {
            write(file, tensors);
            return;
        }
        List<TensorInfo> infos = new ArrayList<>();
        tensors.forEach((name, tensor) -> infos.add(new TensorInfo(name, tensor.dtype(), tensor.shape())));
        long largest = infos.stream().mapToLong(TensorInfo::bytes).max().orElse(0);
        try (TensorArena host = new TensorArena()) {
            MemorySegment room = host.allocateBytes(largest);
            SafetensorsWriter.Source source = info -> {
                Tensor tensor = Objects.requireNonNull(tensors.get(info.name()));
                MemorySegment copy = room.asSlice(0, tensor.bytes());
                memory.copy(tensor.data(), copy);
                return new Tensor(tensor.dtype(), tensor.shape(), copy);
            };
            SafetensorsWriter.write(file, infos, SafetensorsWriter.PYTORCH, source);
        }
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
        Map<String, Shape> shapes = new HashMap<>();
        targets.forEach((name, target) -> shapes.put(name, target.shape()));
        requireSame(shapes, stored, file);
        targets.forEach(
                (name, target) -> backend.elements().copy(stored.tensor(name).matrix(), target.matrix()));
        backend.synchronize();
    }

    /// Checks names and shapes before any memory is set aside for them: settings can ask for any size.
    ///
    /// @throws GantryException when the file does not hold exactly those names in those shapes
    public static void requireSame(Map<String, Shape> wanted, Checkpoint stored, Path file) {
        for (String name : stored.tensors().keySet()) {
            if (!wanted.containsKey(name)) {
                throw mismatch(file, "tensor " + name + " belongs to no module that the settings name");
            }
        }
        wanted.forEach((name, shape) -> {
            TensorInfo info = stored.tensors().get(name);
            if (info == null) {
                throw mismatch(file, "tensor " + name + " is missing");
            }
            if (!info.shape().equals(shape) || !info.dtype().isFloating()) {
                throw mismatch(
                        file,
                        "tensor " + name + " is " + info.dtype() + " " + info.shape() + " where " + shape
                                + " is needed");
            }
        });
    }

    private static GantryException mismatch(Path file, String why) {
        return GantryException.badInput(
                "TENSORS-MISMATCH",
                "cannot read " + file,
                why,
                "Use the file with the model and settings it was made with.");
    }
}
