package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.KernelLookup;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;

/// Copies between card and host in the order of one stream. What has another type there is converted on the card, in
/// pieces, so that both sides hold the bits of the card's kernels. For one thread.
final class CudaCopies {
    static final long PIECE_BYTES = 8L << 20;

    private final CudaStream stream;
    private final DeviceScratch scratch;
    private final ElementKernels host = KernelLookup.choose(new WorkerPool(1)).elements();

    /// Copies by a kernel, both sides being the card's.
    interface OnCard {
        void copy(Matrix x, Matrix y);
    }

    /// @param scratch for what is converted, of all streams together: one converts at a time
    CudaCopies(CudaStream stream, DeviceScratch scratch) {
        this.stream = stream;
        this.scratch = scratch;
    }

    /// Whether kernels reach a segment.
    boolean isOnCard(MemorySegment segment) {
        return Unreachable.holds(segment) || stream.context().managed().hold(segment);
    }

    /// `y = x`, at least one of them on the host.
    void copy(Matrix x, Matrix y, OnCard kernel) {
        boolean fromCard = isOnCard(x.data());
        if (!fromCard && !isOnCard(y.data())) {
            host.copy(x, y);
            return;
        }
        if (x.dtype() == y.dtype()) {
            copyRuns(x, y, fromCard, kernel);
            return;
        }
        synchronized (scratch) {
            copyRuns(x, y, fromCard, kernel);
        }
    }

    private void copyRuns(Matrix x, Matrix y, boolean fromCard, OnCard kernel) {
        if (!x.isContiguous() || !y.isContiguous()) {
            for (int row = 0; row < x.rows(); row++) {
                run(x.row(row), y.row(row), fromCard, kernel);
            }
        } else {
            run(x, y, fromCard, kernel);
        }
        stream.synchronize();
    }

    private void run(Matrix x, Matrix y, boolean fromCard, OnCard kernel) {
        Matrix onHost = fromCard ? y : x;
        if (x.dtype() == y.dtype()) {
            stream.copy(
                    y.data().address(),
                    x.data().address(),
                    x.elements() * x.dtype().bytes());
            return;
        }
        int most = Math.toIntExact(PIECE_BYTES / onHost.dtype().bytes());
        for (long at = 0; at < x.elements(); at += most) {
            int count = (int) Math.min(most, x.elements() - at);
            long bytes = (long) count * onHost.dtype().bytes();
            MemorySegment between = Unreachable.segment(
                    scratch.exactly(
                            Math.min(PIECE_BYTES, x.elements() * onHost.dtype().bytes())),
                    bytes);
            Matrix converted = new Matrix(onHost.dtype(), between, 1, count, count);
            if (fromCard) {
                kernel.copy(piece(x, at, count), converted);
                stream.copy(piece(y, at, count).data().address(), between.address(), bytes);
            } else {
                stream.copy(between.address(), piece(x, at, count).data().address(), bytes);
                kernel.copy(converted, piece(y, at, count));
            }
        }
    }

    private static Matrix piece(Matrix whole, long at, int count) {
        long bytes = whole.dtype().bytes();
        return new Matrix(whole.dtype(), whole.data().asSlice(at * bytes, count * bytes), 1, count, count);
    }

    /// Copies bytes between any two places.
    void bytes(MemorySegment from, MemorySegment to) {
        if (!isOnCard(from) && !isOnCard(to)) {
            MemorySegment.copy(from, 0, to, 0, from.byteSize());
            return;
        }
        stream.copy(to.address(), from.address(), from.byteSize());
        stream.synchronize();
    }
}
