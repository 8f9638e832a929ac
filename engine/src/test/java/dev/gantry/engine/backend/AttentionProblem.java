package dev.gantry.engine.backend;

import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;

/// One attention with gradients; k and v lie interleaved in one matrix.
record AttentionProblem(AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix dOut) {
    static final String[] OUTPUTS = {"out", "logSumExp", "dq", "dk|dv"};

    /// @param segments packed
    static AttentionProblem random(
            RandomMatrices make,
            AttentionBias bias,
            Segments segments,
            int heads,
            int kvHeads,
            int headDim,
            DType dtype) {
        int last = segments.count() - 1;
        int tokens = segments.queryStart()[last] + segments.queryLength()[last];
        Heads q = Heads.sideBySide(make.normal(dtype, tokens, heads * headDim), heads);
        Matrix kv = make.normal(dtype, tokens, 2 * kvHeads * headDim + 3);
        Heads k = new Heads(kv, 0, 2 * headDim, kvHeads, headDim);
        Heads v = new Heads(kv, headDim, 2 * headDim, kvHeads, headDim);
        return new AttentionProblem(bias, segments, q, k, v, make.normal(dtype, tokens, heads * headDim));
    }

    /// What {@link #OUTPUTS} names.
    Matrix[] run(RandomMatrices make, AttentionKernels attention) {
        DType dtype = dOut.dtype();
        Matrix out = make.zeros(dtype, dOut.rows(), dOut.columns());
        Matrix lse = make.zeros(DType.F32, dOut.rows(), q.heads());
        Matrix dq = make.zeros(dtype, dOut.rows(), dOut.columns());
        Matrix dkv = make.zeros(dtype, k.matrix().rows(), k.matrix().columns());
        Heads dqHeads = Heads.sideBySide(dq, q.heads());
        Heads dk = new Heads(dkv, k.firstColumn(), k.headStride(), k.heads(), k.headDim());
        Heads dv = new Heads(dkv, v.firstColumn(), v.headStride(), v.heads(), v.headDim());
        attention.forward(bias, segments, q, k, v, out, lse);
        attention.backward(bias, segments, q, k, v, out, lse, dOut, dqHeads, dk, dv);
        return new Matrix[] {out, lse, dq, dkv};
    }
}
