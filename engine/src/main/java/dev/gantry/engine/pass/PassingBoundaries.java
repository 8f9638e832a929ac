package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.List;

/// The residual stream of sweeps forward: input and output of a block in turn, and at the end the last output.
final class PassingBoundaries implements BoundaryStore {
    private static final int SIDES = 2;

    private final int layers;
    private final Matrix[][] sides; // [input or output][microBatch]
    private List<Integer> tokens = List.of();

    /// @param device owns the memory
    PassingBoundaries(BoundaryPlacement.Extent extent, TensorArena device) {
        this.layers = extent.layers();
        this.sides = new Matrix[SIDES][extent.microBatches()];
        for (Matrix[] side : sides) {
            for (int mb = 0; mb < side.length; mb++) {
                side[mb] = device.matrix(DType.F32, extent.maxTokens(), extent.hidden());
            }
        }
    }

    @Override
    public void begin(BoundarySweep sweep) {
        if (sweep.course() instanceof BoundarySweep.Course.Training) {
            throw new IllegalStateException("what a backward needs is not kept");
        }
        tokens = sweep.tokens();
    }

    @Override
    public Matrix read(int layer, int microBatch) {
        return side(layer, microBatch);
    }

    @Override
    public Matrix write(int layer, int microBatch) {
        return side(layer, microBatch);
    }

    @Override
    public Matrix discard(int layer, int microBatch) {
        throw new IllegalStateException("no sweep forward discards anything");
    }

    @Override
    public Matrix gradient(int microBatch) {
        throw new IllegalStateException("no sweep forward has a gradient");
    }

    @Override
    public void visited() {
        // the next block takes the memory
    }

    @Override
    public Matrix look(int layer, int microBatch) {
        if (layer != layers) {
            throw new IllegalStateException("the input of block " + layer + " was not kept");
        }
        return side(layer, microBatch);
    }

    private Matrix side(int layer, int microBatch) {
        return sides[layer % SIDES][microBatch].rows(0, tokens.get(microBatch));
    }

    @Override
    public void close() {
        // the memory belongs to the arena
    }
}
