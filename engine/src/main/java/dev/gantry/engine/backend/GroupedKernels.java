package dev.gantry.engine.backend;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.tensor.GroupedMatrix;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// Frozen weights in int8 or four bits.
public interface GroupedKernels {

    /// Rounds weights to the nearest codes: the scale of a group is its largest magnitude over the largest code,
    /// rounded to bf16.
    ///
    /// @param x finite weights of the shape of `to`
    void quantize(Matrix x, GroupedMatrix to);

    /// `y = scale · code`, rounded to the type of y.
    void dequantize(GroupedMatrix x, Matrix y);

    /// `c = alpha · a·weights (+ bias) (+ c)`, sums in f32.
    ///
    /// Where a has many rows, weights may be rounded to its type before they are multiplied.
    ///
    /// @param layout NT with weights `[n, k]`, or NN with weights `[k, n]`
    /// @param bias one row of n, added to each row of the product (after alpha), or null
    void multiply(
            Layout layout,
            float alpha,
            Matrix a,
            GroupedMatrix weights,
            @Nullable Matrix bias,
            Matrix c,
            Accumulate accumulate);
}
