package dev.gantry.lora.tensors;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A safetensors file that holds one set of named tensors, no more and no less.
public final class TensorFile {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int ALIGNMENT_BYTES = 8;
    private static final long PIECE_BYTES = 1 << 26;

    private TensorFile() {}

    /// Writes all tensors in the order of the map.
    public static void write(Path file, SequencedMap<String, Tensor> tensors) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writeFully(channel, header(tensors));
            for (Tensor tensor : tensors.values()) {
                MemorySegment data = tensor.data();
                for (long from = 0; from < data.byteSize(); from += PIECE_BYTES) {
                    long count = Math.min(PIECE_BYTES, data.byteSize() - from);
                    writeFully(channel, data.asSlice(from, count).asByteBuffer());
                }
            }
        }
    }

    private static ByteBuffer header(SequencedMap<String, Tensor> tensors) {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            ObjectNode node =
                    root.putObject(entry.getKey()).put("dtype", tensor.dtype().name());
            var shape = node.putArray("shape");
            for (long extent : tensor.shape().toArray()) {
                shape.add(extent);
            }
            node.putArray("data_offsets").add(offset).add(offset + tensor.bytes());
            offset += tensor.bytes();
        }
        byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(json.length, ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
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
