package dev.gantry.offload.trainable;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec.Head;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.OuterWeights;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.frozen.ChunkLayout;
import dev.gantry.offload.trainable.RecordLayout.Piece;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parameters that kernels compute with: copies of the masters, rewritten when those change.
final class ParameterCopies {
    private final Map<ParameterId, List<Matrix>> copies = new HashMap<>();
    private final ModelWeights weights;

    /// @param tables where tables lie whose rows are only gathered
    /// @param passing blocks that do not all live on the device; null when they do, or are only counted
    ParameterCopies(
            RecordLayout layout,
            ChunkLayout ready,
            TrainableMemory memory,
            TensorArena tables,
            @Nullable PassingParameters passing) {
        List<LayerWeights> blocks = new ArrayList<>();
        for (int layer = 0; layer < layout.blocks(); layer++) {
            MemorySegment chunk = memory.parameterTarget(layer);
            blocks.add(ready.weights(layer, chunk));
            for (ChunkLayout.Part part : ready.parts()) {
                add(part.id(layer), part.in(chunk).matrix());
            }
        }
        LayerSource layers = passing == null ? new Resident(blocks) : passing.layers();
        this.weights = outside(layout.model(), memory.parameters(), tables, layers);
    }

    private ModelWeights outside(TrainedModel model, TensorArena device, TensorArena tables, LayerSource layers) {
        ComputeType compute = model.compute();
        // a tied head multiplies with the table itself when that is in the compute type
        boolean shared = model.spec().head() == Head.TIED && compute.dtype() == DType.F32;
        Map<ParameterId, Tensor> values = new HashMap<>();
        try (TensorArena shapes = TensorArena.measuring()) {
            for (TrainedTensor tensor : model.tensors()) {
                Module module = tensor.id().module();
                long[] extents = tensor.shape().toArray();
                boolean token = module == Module.TOKEN_EMBEDDING;
                if (token || module == Module.POSITION_EMBEDDING) {
                    Tensor table = (token && shared ? device : tables).allocate(DType.F32, extents);
                    add(tensor.id(), table.matrix());
                    values.put(tensor.id(), table);
                } else {
                    values.put(tensor.id(), shapes.allocate(DType.F32, extents));
                }
            }
        }
        DecoderModel described = new DecoderModel(model.spec(), values);
        OuterWeights.Readying copying = (type, id) -> {
            Matrix shape = described.parameter(id).matrix();
            if (type == DType.F32 && copies.containsKey(id)) {
                return shape;
            }
            Matrix copy = device.matrix(type, shape.rows(), shape.columns());
            add(id, copy);
            return copy;
        };
        return OuterWeights.of(described, compute, copying)
                .with(described, compute, OuterWeights.head(described, compute, copying), layers);
    }

    private void add(ParameterId id, Matrix copy) {
        copies.computeIfAbsent(id, missing -> new ArrayList<>()).add(copy);
    }

    ModelWeights weights() {
        return weights;
    }

    /// Rewrites some elements of a tensor.
    ///
    /// @param skip how many of the piece's elements lie before them
    /// @param master f32, one row
    void write(Piece piece, long skip, Matrix master, ElementKernels kernels) {
        List<Matrix> all = copies.get(piece.tensor().id());
        if (all == null) {
            throw new IllegalStateException("no copy of " + piece.tensor().name());
        }
        for (Matrix copy : all) {
            long bytes = copy.dtype().bytes();
            MemorySegment target = copy.data().asSlice((piece.from() + skip) * bytes, master.columns() * bytes);
            kernels.copy(master, new Matrix(copy.dtype(), target, 1, master.columns(), master.columns()));
        }
    }

    /// Bytes that an update of these elements writes.
    long bytes(List<Piece> pieces) {
        long bytes = 0;
        for (Piece piece : pieces) {
            for (Matrix copy : copies.getOrDefault(piece.tensor().id(), List.of())) {
                bytes += (long) piece.count() * copy.dtype().bytes();
            }
        }
        return bytes;
    }

    /// Blocks that are simply there.
    private record Resident(List<LayerWeights> layers) implements LayerSource {
        @Override
        public boolean isAtHand() {
            return true;
        }

        @Override
        public LayerWeights acquire(int layer) {
            return layers.get(layer);
        }

        @Override
        public void release(LayerWeights weights) {
            // stays where it is
        }

        @Override
        public void close() {
            // the memory belongs to others
        }
    }
}
