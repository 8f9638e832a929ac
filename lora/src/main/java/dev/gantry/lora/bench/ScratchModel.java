package dev.gantry.lora.bench;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A model of random weights, in memory or in a file that is gone afterwards. One tensor at a time is made, so that the
/// model may be larger than memory.
final class ScratchModel implements Closeable {
    private static final int PIECE_BYTES = 8 << 20;

    private final StoredModel stored;
    private final @Nullable Path folder;
    private final Runnable release;

    private ScratchModel(StoredModel stored, @Nullable Path folder, Runnable release) {
        this.stored = stored;
        this.folder = folder;
        this.release = release;
    }

    static ScratchModel inMemory(DecoderSpec spec, DType type, long seed) {
        TensorArena arena = new TensorArena();
        DecoderModel model = SyntheticModels.create(spec, type, seed, arena);
        return new ScratchModel(StoredModel.inMemory(model), null, arena::close);
    }

    /// @param parent folder for a folder of its own
    static ScratchModel inFile(DecoderSpec spec, DType type, long seed, Path parent, Progress progress)
            throws IOException {
        Files.createDirectories(parent);
        Path folder = Files.createTempDirectory(parent, "gantry-bench-");
        boolean complete = false;
        try {
            Path file = folder.resolve("model.bin");
            Map<ParameterId, StoredPlace> places = write(spec, type, seed, file, progress);
            Arena mapped = Arena.ofShared();
            ScratchModel model = new ScratchModel(mapped(spec, type, file, places, mapped), folder, mapped::close);
            complete = true;
            return model;
        } finally {
            if (!complete) {
                delete(folder);
            }
        }
    }

    private static Map<ParameterId, StoredPlace> write(
            DecoderSpec spec, DType type, long seed, Path file, Progress progress) throws IOException {
        List<ParameterSpec> parameters = DecoderParameters.of(spec);
        long total = parameters.stream()
                .mapToLong(parameter -> TensorArena.roundedBytes(type, parameter.shape()))
                .sum();
        Map<ParameterId, StoredPlace> places = new HashMap<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                ProgressTask task = progress.start("writing random weights", total, ProgressUnit.BYTES)) {
            long end = 0;
            for (ParameterSpec parameter : parameters) {
                progress.throwIfCancelled();
                places.put(parameter.id(), new StoredPlace(file, end));
                try (TensorArena arena = new TensorArena()) {
                    write(channel, end, SyntheticModels.tensor(parameter, type, seed, arena));
                }
                end += TensorArena.roundedBytes(type, parameter.shape());
                task.update(end);
            }
            channel.force(true);
        }
        return places;
    }

    private static void write(FileChannel channel, long offset, Tensor tensor) throws IOException {
        for (long at = 0; at < tensor.bytes(); at += PIECE_BYTES) {
            ByteBuffer piece = tensor.data()
                    .asSlice(at, Math.min(PIECE_BYTES, tensor.bytes() - at))
                    .asByteBuffer();
            long written = at;
            while (piece.hasRemaining()) {
                written += channel.write(piece, offset + written);
            }
        }
    }

    private static StoredModel mapped(
            DecoderSpec spec, DType type, Path file, Map<ParameterId, StoredPlace> places, Arena arena)
            throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment all = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            Map<ParameterId, Tensor> tensors = new HashMap<>();
            for (ParameterSpec parameter : DecoderParameters.of(spec)) {
                StoredPlace place = places.get(parameter.id());
                if (place != null) {
                    long bytes = parameter.shape().elements() * type.bytes();
                    tensors.put(
                            parameter.id(), new Tensor(type, parameter.shape(), all.asSlice(place.offset(), bytes)));
                }
            }
            return new StoredModel(new DecoderModel(spec, tensors), places);
        }
    }

    StoredModel stored() {
        return stored;
    }

    /// A folder that is deleted with the model; null where it lies in memory.
    @Nullable
    Path folder() {
        return folder;
    }

    /// The file that holds the weights; null where they lie in memory.
    @Nullable
    Path file() {
        return folder == null ? null : folder.resolve("model.bin");
    }

    private static void delete(Path folder) throws IOException {
        List<Path> inside;
        try (Stream<Path> walk = Files.walk(folder)) {
            inside = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : inside) {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public void close() throws IOException {
        release.run();
        if (folder != null) {
            delete(folder);
        }
    }
}
