package dev.gantry.engine.cpu.onednn;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.backend.MatmulKernels.PackedWeights;
import dev.gantry.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Weights in oneDNN's own order, cut into the columns of tiles.
///
/// @param k depth of the product
/// @param n columns of the product
/// @param columnBlock columns of each slice; the last may have fewer
/// @param slices one memory for each slice
record OneDnnWeights(Layout layout, DType dtype, int k, int n, int columnBlock, List<MemorySegment> slices)
        implements PackedWeights {

    @Override
    public long bytes() {
        return slices.stream().mapToLong(MemorySegment::byteSize).sum();
    }

    MemorySegment slice(int firstColumn) {
        return slices.get(firstColumn / columnBlock);
    }
}
