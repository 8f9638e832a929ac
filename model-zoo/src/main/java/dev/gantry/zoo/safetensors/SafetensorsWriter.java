package dev.gantry.zoo.safetensors;

import dev.gantry.engine.tensor.Tensor;
import dev.gantry.zoo.checkpoint.DurableFile;
import dev.gantry.zoo.checkpoint.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Writes safetensors files tensor by tensor, piece by piece, so that no more than a piece has to be in memory.
public final class SafetensorsWriter {
    /// What every program expects among the metadata.
    public static final Map<String, String> PYTORCH = Map.of("format", "pt");

    private static final long PIECE_BYTES = 8 << 20;

    private SafetensorsWriter() {}

    /// Makes the values of tensors as they are due, in pieces.
    public interface Pieces {
        /// Hands out the bytes of one tensor, from the first to the last.
        void write(TensorInfo info, Sink sink) throws IOException;
    }

    /// Takes the next bytes of a tensor.
    @FunctionalInterface
    public interface Sink {
        /// @param piece needed only until this returns
        void accept(MemorySegment piece) throws IOException;
    }

    /// Makes tensors as a whole.
    @FunctionalInterface
    public interface Source extends Pieces {
        /// The values of a tensor, needed only until the next call.
        Tensor tensor(TensorInfo info) throws IOException;

        @Override
        default void write(TensorInfo info, Sink sink) throws IOException {
            sink.accept(checked(tensor(info), info).data());
        }
    }

    /// A file as it was written.
    ///
    /// @param sha256 of its bytes, in hex
    public record Written(Path file, long bytes, String sha256) {}

    /// Writes tensors that are all in memory.
    public static Written write(Path file, SequencedMap<String, Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        List<TensorInfo> infos = new ArrayList<>();
        tensors.forEach((name, tensor) -> infos.add(new TensorInfo(name, tensor.dtype(), tensor.shape())));
        Source source = info -> required(tensors, info.name());
        return write(file, infos, metadata, source);
    }

    /// Writes `infos` in the order given, wider types first: so that every tensor is aligned to its element size.
    public static Written write(Path file, List<TensorInfo> infos, Map<String, String> metadata, Pieces source)
            throws IOException {
        List<TensorInfo> ordered = infos.stream()
                .sorted(Comparator.comparingInt((TensorInfo i) -> i.dtype().bytes())
                        .reversed())
                .toList();
        DigestedOutput[] output = new DigestedOutput[1];
        DurableFile.write(file, channel -> {
            output[0] = new DigestedOutput(channel);
            output[0].write(ByteBuffer.wrap(HeaderWriter.header(ordered, metadata)));
            for (TensorInfo info : ordered) {
                write(info, source, output[0]);
            }
        });
        return new Written(file, output[0].bytes(), HexFormat.of().formatHex(output[0].digest()));
    }

    private static Tensor required(Map<String, Tensor> tensors, String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return tensor;
    }

    private static Tensor checked(Tensor tensor, TensorInfo info) {
        if (tensor.dtype() != info.dtype() || !tensor.shape().equals(info.shape())) {
            throw new IllegalArgumentException("tensor " + info.name() + " was to be " + info.dtype() + info.shape()
                    + " but is " + tensor.dtype() + tensor.shape());
        }
        return tensor;
    }

    private static void write(TensorInfo info, Pieces source, DigestedOutput output) throws IOException {
        long end = output.bytes() + info.bytes();
        source.write(info, piece -> write(piece, output));
        if (output.bytes() != end) {
            throw new IllegalArgumentException("tensor " + info.name() + " was to be " + info.bytes() + " bytes but is "
                    + (output.bytes() - end + info.bytes()));
        }
    }

    private static void write(MemorySegment data, DigestedOutput output) throws IOException {
        for (long at = 0; at < data.byteSize(); at += PIECE_BYTES) {
            output.write(data.asSlice(at, Math.min(PIECE_BYTES, data.byteSize() - at))
                    .asByteBuffer());
        }
    }
}
