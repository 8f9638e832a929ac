package dev.gantry.lora.bench;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.offload.frozen.StoredPlace;
import dev.gantry.zoo.model.SyntheticModels;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// A model of random weights in a file, made as fast as the disk writes: every matrix is a stretch of one random
/// matrix, from a place that depends on seed and name. Of the blocks the file holds some; the others are like the first
/// of those, and lie in memory of their own once they are brought there.
final class PooledModel implements Closeable {
    private static final long PIECE_BYTES = 8 << 20;
    private static final ParameterId POOL = ParameterId.weight(0, Module.MLP_UP);

    private final DecoderSpec spec;
    private final DType type;
    private final Path file;
    private final Map<ParameterId, StoredPlace> places = new HashMap<>();
    private final Arena mapped = Arena.ofShared();
    private final StoredModel stored;

    /// Writes the file.
    ///
    /// @param folder for it; the file is deleted with the model
    /// @param blocks that the file holds, one at least
    PooledModel(DecoderSpec spec, DType type, long seed, Path folder, Set<Integer> blocks) throws IOException {
        this.spec = spec;
        this.type = type;
        this.file = Files.createTempFile(folder, "model", ".bin");
        boolean complete = false;
        try {
            write(seed, blocks);
            stored = new StoredModel(new DecoderModel(spec, tensors(blocks)), places);
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /// Bytes of such a file.
    static long fileBytes(DecoderSpec spec, DType type, Set<Integer> blocks) {
        return DecoderParameters.of(spec).stream()
                .filter(parameter -> isHeld(parameter.id(), blocks))
                .mapToLong(parameter -> TensorArena.roundedBytes(type, parameter.shape()))
                .sum();
    }

    private static boolean isHeld(ParameterId id, Set<Integer> blocks) {
        return id.layer() == ParameterId.NO_LAYER || blocks.contains(id.layer());
    }

    private void write(long seed, Set<Integer> blocks) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                TensorArena arena = new TensorArena()) {
            MemorySegment pool = pool(seed, arena);
            long end = 0;
            for (ParameterSpec parameter : DecoderParameters.of(spec)) {
                if (isHeld(parameter.id(), blocks)) {
                    places.put(parameter.id(), new StoredPlace(file, end));
                    write(channel, end, parameter, seed, pool);
                    end += TensorArena.roundedBytes(type, parameter.shape());
                }
            }
            channel.force(true);
        }
    }

    private MemorySegment pool(long seed, TensorArena arena) {
        ParameterSpec matrix = DecoderParameters.of(spec).stream()
                .filter(parameter -> parameter.id().equals(POOL))
                .findFirst()
                .orElseThrow();
        return SyntheticModels.tensor(matrix, type, seed, arena).data();
    }

    private void write(FileChannel channel, long offset, ParameterSpec parameter, long seed, MemorySegment pool)
            throws IOException {
        if (parameter.shape().rank() == 1) {
            try (TensorArena arena = new TensorArena()) {
                Tensor tensor = SyntheticModels.tensor(parameter, type, seed, arena);
                write(channel, offset, tensor.data());
            }
            return;
        }
        SplittableRandom random =
                new SplittableRandom(seed ^ parameter.id().toString().hashCode());
        long from = random.nextLong(pool.byteSize() / type.bytes()) * type.bytes();
        long bytes = parameter.shape().elements() * type.bytes();
        for (long done = 0; done < bytes; from = 0) {
            long count = Math.min(bytes - done, pool.byteSize() - from);
            write(channel, offset + done, pool.asSlice(from, count));
            done += count;
        }
    }

    private static void write(FileChannel channel, long offset, MemorySegment from) throws IOException {
        for (long at = 0; at < from.byteSize(); at += PIECE_BYTES) {
            ByteBuffer piece = from.asSlice(at, Math.min(PIECE_BYTES, from.byteSize() - at))
                    .asByteBuffer();
            while (piece.hasRemaining()) {
                channel.write(piece, offset + at + piece.position());
            }
        }
    }

    private Map<ParameterId, Tensor> tensors(Set<Integer> blocks) throws IOException {
        int first = blocks.stream().min(Integer::compare).orElseThrow();
        Map<ParameterId, Tensor> tensors = new HashMap<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment all = channel.map(MapMode.READ_ONLY, 0, channel.size(), mapped);
            for (ParameterSpec parameter : DecoderParameters.of(spec)) {
                ParameterId id = parameter.id();
                ParameterId like = isHeld(id, blocks) ? id : new ParameterId(first, id.module(), id.part());
                StoredPlace place = places.get(like);
                if (place == null) {
                    throw new IllegalStateException(like + " was not written");
                }
                places.put(id, place);
                long bytes = parameter.shape().elements() * type.bytes();
                tensors.put(id, new Tensor(type, parameter.shape(), all.asSlice(place.offset(), bytes)));
            }
        }
        return tensors;
    }

    StoredModel stored() {
        return stored;
    }

    @Override
    public void close() throws IOException {
        mapped.close();
        Files.deleteIfExists(file);
    }
}
