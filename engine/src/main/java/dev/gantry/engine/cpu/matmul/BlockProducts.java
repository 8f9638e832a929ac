package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import java.lang.foreign.MemorySegment;

/// Products of small dense bf16 blocks into f32, each on the thread that asks: what a kernel needs whose inner loops
/// are products, such as attention.
public interface BlockProducts {
    /// Extents and what is done with them; one is compiled once and kept, so a kernel rounds its extents to few.
    ///
    /// @param m rows of the product
    /// @param n columns of the product
    /// @param k depth
    /// @param alpha factor on the product
    record Shape(Layout layout, int m, int n, int k, float alpha, Accumulate accumulate) {}

    /// `c = alpha · op(a) · op(b)`, or `c += ...`. Rows follow each other without gaps.
    ///
    /// @param worker of the pool's, whose memory is used
    /// @param a bf16 from its first byte on, as `right`
    /// @param c f32
    void multiply(int worker, Shape shape, MemorySegment a, MemorySegment right, MemorySegment c);
}
