package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;

import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.RotaryKernels;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.tensor.Matrix;
import jdk.incubator.vector.FloatVector;

/// Rotary position embedding, a token's heads at a time.
final class VectorRotary implements RotaryKernels {
    private final WorkerPool pool;
    private final Scratch scratch;

    VectorRotary(WorkerPool pool) {
        this.pool = pool;
        this.scratch = new Scratch(pool.threads());
    }

    @Override
    public void rotate(Heads x, Matrix positions, Matrix cosines, Matrix sines, Direction direction) {
        Matrix m = x.matrix();
        int half = cosines.columns();
        RowTiles tiles = RowTiles.of(m.rows(), x.heads() * x.headDim());
        pool.parallel(tiles.count(), (tile, worker) -> {
            float[] head = scratch.floats(worker, 0, 2 * half);
            float[] cos = scratch.floats(worker, 1, half);
            float[] sin = scratch.floats(worker, 2, half);
            for (int t = tiles.first(tile); t < tiles.end(tile); t++) {
                int position = Elements.integer(positions, t);
                Blocks.load(cosines, position, 0, half, cos, 0);
                Blocks.load(sines, position, 0, half, sin, 0);
                if (direction == Direction.BACKWARD) {
                    negate(sin, half);
                }
                for (int h = 0; h < x.heads(); h++) {
                    int first = x.firstColumn() + h * x.headStride();
                    Blocks.load(m, t, first, 2 * half, head, 0);
                    turn(head, cos, sin, half);
                    Blocks.store(head, 0, m, t, first, 2 * half);
                }
            }
        });
    }

    private static void turn(float[] head, float[] cos, float[] sin, int half) {
        int i = 0;
        for (int bound = F.loopBound(half); i < bound; i += COUNT) {
            FloatVector c = FloatVector.fromArray(F, cos, i);
            FloatVector s = FloatVector.fromArray(F, sin, i);
            FloatVector a = FloatVector.fromArray(F, head, i);
            FloatVector b = FloatVector.fromArray(F, head, half + i);
            a.mul(c).sub(b.mul(s)).intoArray(head, i);
            b.mul(c).add(a.mul(s)).intoArray(head, half + i);
        }
        for (; i < half; i++) {
            float a = head[i];
            float b = head[half + i];
            head[i] = a * cos[i] - b * sin[i];
            head[half + i] = b * cos[i] + a * sin[i];
        }
    }

    private static void negate(float[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = -values[i];
        }
    }
}
