package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.tensor.Matrix;

/// Whether kernels may read and write the elements of a matrix 16 bytes at a time. It changes no bit, only the speed.
final class WideRows {
    /// As in common.cuh: elements of one thread.
    private static final int RUN = 8;

    private static final int WIDE_BYTES = 16;

    private WideRows() {}

    /// Whether every row begins on 16 bytes.
    static boolean begin(Matrix m) {
        return m.data().address() % WIDE_BYTES == 0
                && (m.rows() <= 1 || m.rowStride() * m.dtype().bytes() % WIDE_BYTES == 0);
    }

    /// Whether every row of every head begins on 16 bytes.
    static boolean begin(Heads... all) {
        for (Heads heads : all) {
            int bytes = heads.matrix().dtype().bytes();
            if (!begin(heads.matrix())
                    || heads.firstColumn() * bytes % WIDE_BYTES != 0
                    || heads.headStride() * bytes % WIDE_BYTES != 0) {
                return false;
            }
        }
        return true;
    }

    /// How many neighbouring elements a thread takes of matrices of one shape: several where all of them allow.
    static int run(Matrix... all) {
        for (Matrix m : all) {
            if (!begin(m)) {
                return 1;
            }
        }
        return RUN;
    }
}
