package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.cuda.KernelSource.Family;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What all kernels of attention take first.
final class AttentionArguments {
    /// As in attention.cuh.
    static final int MOST_SEGMENTS = 64;

    static final int MOST_HEADS = 256;

    private AttentionArguments() {}

    /// A kernel of attention.cu with its first two parameters.
    static Launcher begin(Launcher launcher, String name, AttentionBias bias, Segments segments, int from, int count) {
        return begin(launcher.kernel(Family.ATTENTION, name), bias, segments, from, count);
    }

    /// Adds the first two parameters of every kernel of attention, `Bias` and `Segments` of attention.cuh.
    static Launcher begin(Launcher launcher, AttentionBias bias, Segments segments, int from, int count) {
        MemorySegment first = launcher.structure((2 + MOST_HEADS) * Integer.BYTES);
        first.fill((byte) 0);
        first.setAtIndex(ValueLayout.JAVA_FLOAT, 0, bias.scale());
        first.setAtIndex(ValueLayout.JAVA_INT, 1, bias.slidingWindow());
        float[] slopes = bias.alibiSlopes();
        if (slopes != null) {
            MemorySegment.copy(slopes, 0, first, ValueLayout.JAVA_FLOAT, 2L * Integer.BYTES, slopes.length);
        }
        MemorySegment second = launcher.structure(4 * MOST_SEGMENTS * Integer.BYTES);
        int[][] fields = {segments.queryStart(), segments.queryLength(), segments.keyStart(), segments.keyLength()};
        for (int field = 0; field < fields.length; field++) {
            long at = (long) field * MOST_SEGMENTS * Integer.BYTES;
            MemorySegment.copy(fields[field], from, second, ValueLayout.JAVA_INT, at, count);
        }
        return launcher;
    }
}
