package dev.gantry.offload.frozen;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.engine.pass.LinearWeights;
import dev.gantry.engine.pass.NormWeights;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Where the parameters of one block lie inside its chunk: one run of bytes that is copied as a whole.
///
/// @param parts in the order of their offsets, each 64-byte aligned
/// @param bytes size of the chunk, a multiple of {@link #CHUNK_ALIGNMENT_BYTES}
public record ChunkLayout(List<Part> parts, long bytes) {
    /// What direct I/O wants of addresses, offsets and lengths.
    public static final long CHUNK_ALIGNMENT_BYTES = 4096;

    private static final long PART_ALIGNMENT_BYTES = 64;

    public ChunkLayout {
        parts = List.copyOf(parts);
    }

    /// One parameter of a block.
    ///
    /// @param offset of its first byte in the chunk
    public record Part(Module module, ParameterId.Part part, DType dtype, Shape shape, long offset) {
        public long bytes() {
            return shape.elements() * dtype.bytes();
        }

        public ParameterId id(int layer) {
            return new ParameterId(layer, module, part);
        }

        /// This parameter inside a chunk.
        public Tensor in(MemorySegment chunk) {
            return new Tensor(dtype, shape, chunk.asSlice(offset, bytes()));
        }
    }

    /// How kernels read a block: matrices in the compute type, norms and biases in f32. The same for all blocks.
    public static ChunkLayout ready(DecoderSpec spec, ComputeType compute) {
        return of(spec, 0, parameter -> ready(parameter, compute));
    }

    /// How a block waits outside the device: matrices in the narrower of the stored and the compute type, the rest as
    /// kernels read it. What is stored in the compute type or wider is then copied without another look.
    ///
    /// @param stored type of a parameter of this block in the checkpoint, asked for with the ids of `layer`
    public static ChunkLayout wire(
            DecoderSpec spec, int layer, ComputeType compute, Function<ParameterId, DType> stored) {
        return of(spec, layer, parameter -> {
            DType ready = ready(parameter, compute);
            return isMatrix(parameter) ? narrower(stored.apply(parameter.id()), ready) : ready;
        });
    }

    /// Rows of one matrix outside the blocks.
    static ChunkLayout rows(ParameterId id, int rows, int columns, DType type) {
        Part part = new Part(id.module(), id.part(), type, Shape.of(rows, columns), 0);
        return new ChunkLayout(List.of(part), roundUp(part.bytes(), CHUNK_ALIGNMENT_BYTES));
    }

    /// The type in which a matrix waits for being made ready.
    static DType narrower(DType stored, DType ready) {
        return stored.bytes() < ready.bytes() ? stored : ready;
    }

    private static DType ready(ParameterSpec parameter, ComputeType compute) {
        return isMatrix(parameter) ? compute.dtype() : DType.F32;
    }

    private static boolean isMatrix(ParameterSpec parameter) {
        return parameter.id().module().isLinear() && parameter.id().part() == ParameterId.Part.WEIGHT;
    }

    private static ChunkLayout of(DecoderSpec spec, int layer, Function<ParameterSpec, DType> types) {
        List<Part> parts = new ArrayList<>();
        long end = 0;
        for (ParameterSpec parameter : DecoderParameters.ofLayer(spec, layer)) {
            ParameterId id = parameter.id();
            Part part = new Part(id.module(), id.part(), types.apply(parameter), parameter.shape(), end);
            parts.add(part);
            end = roundUp(end + part.bytes(), PART_ALIGNMENT_BYTES);
        }
        return new ChunkLayout(parts, roundUp(end, CHUNK_ALIGNMENT_BYTES));
    }

    private static long roundUp(long bytes, long multiple) {
        return (bytes + multiple - 1) / multiple * multiple;
    }

    /// Bytes of the parameters, without the gaps between them.
    public long payloadBytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /// How a chunk in this layout becomes one in `other`, which has the same parameters.
    List<ElementRun> runsTo(ChunkLayout other) {
        List<ElementRun> runs = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Part from = parts.get(i);
            Part to = other.parts.get(i);
            int elements = Math.toIntExact(from.shape().elements());
            runs.add(new ElementRun(elements, from.dtype(), from.offset(), to.dtype(), to.offset()));
        }
        return runs;
    }

    /// The block's weights where they lie in `chunk`, which is in this layout; kernels must be able to read its types.
    public LayerWeights weights(int layer, MemorySegment chunk) {
        Map<Module, Matrix> weights = new EnumMap<>(Module.class);
        Map<Module, Matrix> biases = new EnumMap<>(Module.class);
        for (Part part : parts) {
            switch (part.part()) {
                case WEIGHT -> weights.put(part.module(), part.in(chunk).matrix());
                case BIAS -> biases.put(part.module(), part.in(chunk).matrix());
            }
        }
        Map<Module, LinearWeights> linears = new EnumMap<>(Module.class);
        Map<Module, NormWeights> norms = new EnumMap<>(Module.class);
        weights.forEach((module, weight) -> {
            @Nullable Matrix bias = biases.get(module);
            if (module.isLinear()) {
                linears.put(module, new LinearWeights(weight, bias, null, null));
            } else {
                norms.put(module, new NormWeights(weight, bias));
            }
        });
        return new LayerWeights(layer, linears, norms);
    }
}
