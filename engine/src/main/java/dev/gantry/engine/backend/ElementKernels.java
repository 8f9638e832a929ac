package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;

/// Element-wise kernels and reductions. Matrices of a call have one shape unless said otherwise.
public interface ElementKernels {
    /// Elements whose squares are summed by themselves before they join the total.
    int SQUARES_RUN = 16_384;

    /// `y = x`, converting between floating types (rounding to nearest even).
    ///
    /// The only kernel that also takes memory of the host beside a device of its own, on either side or both:
    /// what it reads there is free when it returns, and what it writes there has arrived.
    void copy(Matrix x, Matrix y);

    /// Copies bytes, between the same places as {@link #copy(Matrix, Matrix)}.
    void copyBytes(MemorySegment from, MemorySegment to);

    /// The same kernels, which wait for what was enqueued before a mark rather than for everything that was: for those
    /// of {@link Backend#transferElements()}. Kernels that wait for nothing are what they are.
    default ElementKernels after(ComputeMark mark) {
        return this;
    }

    /// `y += scale · x`.
    void add(float scale, Matrix x, Matrix y);

    /// Sets every element.
    void fill(Matrix y, float value);

    /// `sums[c] += Σ_t x[t][c]`: the gradient of a bias.
    ///
    /// @param x `[tokens, width]`
    /// @param sums f32, one row of `width`
    void addColumnSums(Matrix x, Matrix sums);

    /// Sum of squares of all elements, accumulated in f64 in a fixed order; waits for the result.
    double sumOfSquares(Matrix x);

    /// The parts of {@link #sumOfSquares} of a contiguous matrix: `sums[i]` is that of the elements from
    /// `i · SQUARES_RUN` on, and the parts added from first to last are the whole, to the bit.
    ///
    /// So several ranks can sum a matrix that is cut between runs. Waits for the result.
    ///
    /// @param sums at least as many as there are runs; the last one may be short
    void sumsOfSquares(Matrix x, double[] sums);

    /// `y = x / (1 - rate)` where a counter-based random bit keeps an element, else 0 (inverted dropout). The same
    /// seed gives the same mask, so the backward (dy in, dx out) and a recompute call it again. y may be x.
    void dropout(Matrix x, float rate, long seed, Matrix y);
}
