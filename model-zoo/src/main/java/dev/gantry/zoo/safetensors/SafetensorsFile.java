package dev.gantry.zoo.safetensors;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.checkpoint.TensorPlace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One safetensors file, mapped into memory: tensors are read where they lie.
public final class SafetensorsFile implements Checkpoint {
    private final Path file;
    private final SafetensorsHeader header;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment mapped;
    private final TensorArena copies = new TensorArena();
    private final Map<String, Tensor> copied = new HashMap<>();

    private SafetensorsFile(Path file, SafetensorsHeader header, FileChannel channel) throws IOException {
        this.file = file;
        this.header = header;
        this.mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }

    /// Maps `file` after checking that its header describes exactly its bytes.
    ///
    /// @throws GantryException when it does not
    public static SafetensorsFile open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new SafetensorsFile(file, readHeader(file, channel), channel);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /// What `file` holds, without mapping it.
    static Map<String, TensorInfo> list(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return readHeader(file, channel).tensors();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static SafetensorsHeader readHeader(Path file, FileChannel channel) throws IOException {
        long fileBytes = channel.size();
        if (fileBytes < Long.BYTES) {
            throw SafetensorsHeader.malformed(file, "it is only " + fileBytes + " bytes long");
        }
        long headerBytes = read(channel, 0, Long.BYTES).getLong();
        if (headerBytes < 2 || headerBytes > Math.min(SafetensorsHeader.MAX_BYTES, fileBytes - Long.BYTES)) {
            throw SafetensorsHeader.malformed(
                    file,
                    "it claims a header of " + Long.toUnsignedString(headerBytes) + " bytes in a file of " + fileBytes);
        }
        byte[] json = read(channel, Long.BYTES, (int) headerBytes).array();
        return SafetensorsHeader.parse(json, Long.BYTES + headerBytes, fileBytes, file);
    }

    private static ByteBuffer read(FileChannel channel, long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return buffer.flip();
    }

    private static GantryException unreadable(Path file, IOException e) {
        return new GantryException(
                GantryException.Kind.BAD_INPUT,
                "FILE-UNREADABLE",
                "cannot read " + file,
                e.getMessage() == null ? e.toString() : e.getMessage(),
                "Check that the file exists and may be read.",
                e);
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(header.tensors());
    }

    /// The file's own notes, such as `format`.
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    @Override
    public synchronized Tensor tensor(String name) {
        TensorInfo info = header.tensors().get(name);
        Long offset = header.offsets().get(name);
        if (info == null || offset == null) {
            throw new IllegalArgumentException(file + " holds no tensor " + name);
        }
        MemorySegment data = mapped.asSlice(offset, info.bytes());
        if (data.address() % info.dtype().bytes() == 0) {
            return new Tensor(info.dtype(), info.shape(), data);
        }
        return copied.computeIfAbsent(name, missing -> aligned(info, data));
    }

    @Override
    public Optional<TensorPlace> place(String name) {
        Long offset = header.offsets().get(name);
        if (offset == null) {
            throw new IllegalArgumentException(file + " holds no tensor " + name);
        }
        return Optional.of(new TensorPlace(file, offset));
    }

    /// A header whose length is no multiple of the element size leaves tensors misaligned; those are copied.
    private Tensor aligned(TensorInfo info, MemorySegment data) {
        Tensor copy = copies.allocate(info.dtype(), info.shape().toArray());
        copy.data().copyFrom(data);
        return copy;
    }

    @Override
    public List<Path> files() {
        return List.of(file);
    }

    @Override
    public void close() {
        copies.close();
        arena.close();
    }
}
