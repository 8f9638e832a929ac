package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.List;

/// The residual stream before and behind each block, each with memory of its own on the device.
final class DeviceBoundaries implements BoundaryStore {
    private final Matrix[][] boundaries; // [layer][microBatch]
    private final Matrix[] gradients; // [microBatch]
    private List<Integer> tokens = List.of();

    /// @param device owns the memory
    DeviceBoundaries(BoundaryPlacement.Extent extent, TensorArena device) {
        this.boundaries = new Matrix[extent.layers() + 1][extent.microBatches()];
        this.gradients = new Matrix[extent.microBatches()];
        for (int mb = 0; mb < gradients.length; mb++) {
            gradients[mb] = device.matrix(DType.F32, extent.maxTokens(), extent.hidden());
            for (Matrix[] boundary : boundaries) {
                boundary[mb] = device.matrix(DType.F32, extent.maxTokens(), extent.hidden());
            }
        }
    }

    @Override
    public void begin(BoundarySweep sweep) {
        tokens = sweep.tokens();
    }

    @Override
    public Matrix read(int layer, int microBatch) {
        return boundary(layer, microBatch);
    }

    @Override
    public Matrix write(int layer, int microBatch) {
        return boundary(layer, microBatch);
    }

    /// The same bits may as well be written where they are.
    @Override
    public Matrix discard(int layer, int microBatch) {
        return boundary(layer, microBatch);
    }

    @Override
    public Matrix gradient(int microBatch) {
        return gradients[microBatch].rows(0, tokens.get(microBatch));
    }

    @Override
    public void visited() {
        // everything stays where it is
    }

    @Override
    public Matrix look(int layer, int microBatch) {
        return boundary(layer, microBatch);
    }

    private Matrix boundary(int layer, int microBatch) {
        return boundaries[layer][microBatch].rows(0, tokens.get(microBatch));
    }

    @Override
    public void close() {
        // the memory belongs to the arena
    }
}
