package dev.gantry.engine.backend;

import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import org.jspecify.annotations.Nullable;

/// Matrix products with f32 accumulation.
///
/// Two bf16 inputs multiply as bf16 (each product exact, sums in f32); any other pair of types is widened to f32
/// first. The output may be f32 or bf16 (rounded to nearest even at the end).
public interface MatmulKernels {

    /// Which operand is stored transposed. With m, n, k the extents of the product:
    enum Layout {
        /// `a [m, k] · b [k, n]`: gradient with respect to the input of a `[out, in]` layer.
        NN,
        /// `a [m, k] · b [n, k]ᵀ`: forward of a `[out, in]` layer.
        NT,
        /// `a [k, m]ᵀ · b [k, n]`: gradient with respect to weights.
        TN
    }

    /// `c = alpha · a·b (+ bias) (+ c)`.
    ///
    /// @param bias one row of n, added to each row of the product (after alpha), or null
    void multiply(
            Layout layout, float alpha, Matrix a, Matrix b, @Nullable Matrix bias, Matrix c, Accumulate accumulate);

    /// Copies frozen weights into the order in which this backend reads them fastest as the right operand of `layout`
    /// (NT or NN); the copy lives in `arena`. Multiplying with it gives the same bits as {@link #multiply} on one
    /// backend whenever both run the same kernel; tests compare them within rounding.
    PackedWeights pack(Layout layout, Matrix weights, TensorArena arena);

    /// Like {@link #multiply} with packed weights on the right.
    void multiply(float alpha, Matrix a, PackedWeights weights, @Nullable Matrix bias, Matrix c, Accumulate accumulate);

    /// Weights in a backend's own order.
    interface PackedWeights {
        Layout layout();

        /// Bytes held, for the plan.
        long bytes();
    }
}
