package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.S;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;

import dev.gantry.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/// What is done to rows of a block of scores in native memory. Of each row only a run counts, whose ends are not those
/// of vectors; lanes beside it never do.
final class ScoreRows {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private ScoreRows() {}

    /// Scores `[from, to)` of row `r` in a block with `columns` columns.
    record Run(int r, int columns, int from, int to) {
        boolean isEmpty() {
            return from >= to;
        }

        /// Where the first vector begins.
        int start() {
            return from / COUNT * COUNT;
        }

        /// Scores from there on.
        int count() {
            return to - start();
        }

        /// Byte of the first vector in a block of f32.
        long at() {
            return 4L * ((long) r * columns + start());
        }

        /// Byte of the row in a block of bf16.
        long halfRow() {
            return 2L * r * columns;
        }
    }

    /// Hides what stands before the run in its first vector.
    static void hideBefore(MemorySegment scores, Run run) {
        for (int i = run.start(); i < run.from(); i++) {
            scores.set(FLOAT, run.at() + 4L * (i - run.start()), Float.NEGATIVE_INFINITY);
        }
    }

    /// The largest score of a run, a NaN never.
    static float highest(MemorySegment scores, Run run) {
        return highest(scores, run.at(), run.count());
    }

    private static float highest(MemorySegment scores, long at, int count) {
        FloatVector least = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        FloatVector highest = least;
        for (int i = 0; i < count; i += COUNT) {
            FloatVector v = FloatVector.fromMemorySegment(F, scores, at + 4L * i, LITTLE_ENDIAN);
            if (i + COUNT > count) {
                v = least.blend(v, F.indexInRange(i, count));
            }
            highest = highest.blend(v, v.compare(GT, highest));
        }
        return highest.reduceLanes(MAX);
    }

    /// `scores[c] += slope · (distance + c)` from the start of a run on: ALiBi along a row.
    static void addRamp(MemorySegment scores, Run run, float slope, int distance) {
        for (int c = 0; c < run.count(); c += COUNT) {
            long at = run.at() + 4L * c;
            FloatVector ramp = FloatVector.zero(F).addIndex(1).add((float) (distance + c));
            ramp.fma(FloatVector.broadcast(F, slope), FloatVector.fromMemorySegment(F, scores, at, LITTLE_ENDIAN))
                    .intoMemorySegment(scores, at, LITTLE_ENDIAN);
        }
    }

    /// `ds[c] = p[c] · (dp[c] + offsets[start + c])`.
    ///
    /// @param dp f32 block
    /// @param p the run's row from `p[0]`; 0 beside the run
    static void gradients(MemorySegment dp, Run run, float[] offsets, float[] p, float[] ds) {
        gradients(dp, run.at(), offsets, run.start(), run.count(), p, ds);
    }

    private static void gradients(
            MemorySegment dp, long at, float[] offsets, int start, int count, float[] p, float[] ds) {
        for (int c = 0; c < count; c += COUNT) {
            FloatVector v = FloatVector.fromMemorySegment(F, dp, at + 4L * c, LITTLE_ENDIAN);
            FloatVector.fromArray(F, p, c)
                    .mul(v.add(FloatVector.fromArray(F, offsets, start + c)))
                    .intoArray(ds, c);
        }
    }

    /// Puts a run back as bf16, with zeros on both sides of it.
    ///
    /// @param row the run's values from `row[0]`, 0 behind them to the end of the vector
    static void store(float[] row, MemorySegment block, Run run) {
        int end = run.start() + (run.count() + COUNT - 1) / COUNT * COUNT;
        clear(block, run.halfRow(), 0, run.start());
        Blocks.store(row, 0, DType.BF16, block, run.halfRow() + 2L * run.start(), end - run.start());
        clear(block, run.halfRow(), end, run.columns());
    }

    /// A row whose run is empty.
    static void clear(MemorySegment block, Run run) {
        clear(block, run.halfRow(), 0, run.columns());
    }

    private static void clear(MemorySegment block, long rowAt, int from, int to) {
        for (int i = from; i < to; i += COUNT) {
            ShortVector.zero(S).intoMemorySegment(block, rowAt + 2L * i, LITTLE_ENDIAN);
        }
    }
}
