package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ForwardingBackend;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import org.jspecify.annotations.Nullable;

/// Another backend whose kernels are timed by what their work grows with: products with their operations, attention
/// with the square of the sequences, the rest with tokens and widths.
final class KernelClock extends ForwardingBackend {
    private final MatmulKernels matmul = new Products();
    private final AttentionKernels attention = new Attention();
    private long productNanos;
    private long attentionNanos;

    /// Time so far.
    ///
    /// @param at when it was read
    record Reading(long at, long productNanos, long attentionNanos) {
        /// What passed since an earlier reading.
        Elapsed since(Reading earlier) {
            double products = (productNanos - earlier.productNanos) / 1e9;
            double attention = (attentionNanos - earlier.attentionNanos) / 1e9;
            return new Elapsed(products, attention, (at - earlier.at) / 1e9 - products - attention);
        }
    }

    /// Seconds by kind of kernel.
    ///
    /// @param others everything that is neither, the program between kernels included
    record Elapsed(double products, double attention, double others) {
        double seconds() {
            return products + attention + others;
        }

        Elapsed scaled(double productsBy, double attentionBy, double othersBy) {
            return new Elapsed(products * productsBy, attention * attentionBy, others * othersBy);
        }
    }

    KernelClock(Backend backend) {
        super(backend);
    }

    Reading read() {
        synchronize();
        return new Reading(System.nanoTime(), productNanos, attentionNanos);
    }

    private long timed(Runnable kernel) {
        synchronize();
        long start = System.nanoTime();
        kernel.run();
        synchronize();
        return System.nanoTime() - start;
    }

    private final class Products implements MatmulKernels {
        @Override
        public void multiply(
                Layout layout,
                float alpha,
                Matrix a,
                Matrix b,
                @Nullable Matrix bias,
                Matrix c,
                Accumulate accumulate) {
            productNanos += timed(() -> KernelClock.super.matmul().multiply(layout, alpha, a, b, bias, c, accumulate));
        }

        @Override
        public PackedWeights pack(Layout layout, Matrix weights, TensorArena arena) {
            return KernelClock.super.matmul().pack(layout, weights, arena);
        }

        @Override
        public void multiply(
                float alpha, Matrix a, PackedWeights weights, @Nullable Matrix bias, Matrix c, Accumulate accumulate) {
            productNanos += timed(() -> KernelClock.super.matmul().multiply(alpha, a, weights, bias, c, accumulate));
        }
    }

    private final class Attention implements AttentionKernels {
        @Override
        public void forward(
                AttentionBias bias, Segments segments, Heads q, Heads k, Heads v, Matrix out, Matrix logSumExp) {
            attentionNanos +=
                    timed(() -> KernelClock.super.attention().forward(bias, segments, q, k, v, out, logSumExp));
        }

        @Override
        public void backward(
                AttentionBias bias,
                Segments segments,
                Heads q,
                Heads k,
                Heads v,
                Matrix out,
                Matrix logSumExp,
                Matrix dOut,
                Heads dq,
                Heads dk,
                Heads dv) {
            attentionNanos += timed(() ->
                    KernelClock.super.attention().backward(bias, segments, q, k, v, out, logSumExp, dOut, dq, dk, dv));
        }
    }

    @Override
    public MatmulKernels matmul() {
        return matmul;
    }

    @Override
    public AttentionKernels attention() {
        return attention;
    }
}
