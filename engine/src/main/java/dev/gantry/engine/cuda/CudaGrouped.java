package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.GroupedKernels;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.matmul.Extents;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.GroupedMatrix;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Weights in groups. Few rows read them as they are; for more they are widened piece by piece to the type of what
/// they are multiplied with, and multiplied as others are.
final class CudaGrouped implements GroupedKernels {
    /// As in grouped.cu.
    private static final int FEW_ROWS = 8;

    private static final int RUN = 8;
    private static final int WARPS = Grid.THREADS / 32;
    private static final int MOST_ROWS_OF_GRID = 65_535;
    /// Widened weights at a time.
    private static final long PIECE_BYTES = 32L << 20;
    /// Pieces are so many columns of c or a multiple: whole tiles, and whole groups.
    private static final int PIECE_STEP = 64;

    private final Launcher launcher;
    private final DeviceScratch scratch;
    private final MatmulKernels matmul;

    /// @param scratch for widened weights
    CudaGrouped(Launcher launcher, DeviceScratch scratch, MatmulKernels matmul) {
        this.launcher = launcher;
        this.scratch = scratch;
        this.matmul = matmul;
    }

    @Override
    public void quantize(Matrix x, GroupedMatrix to) {
        Extents.requireSame(x, to);
        int across = Grid.blocks(to.scales().columns(), WARPS);
        kernel("Quantize")
                .matrix(x)
                .grouped(to)
                .run(new Grid(across, Math.min(MOST_ROWS_OF_GRID, to.rows()), 1, Grid.THREADS, 1, 0));
    }

    @Override
    public void dequantize(GroupedMatrix x, Matrix y) {
        Extents.requireSame(y, x);
        kernel("Dequantize").grouped(x).matrix(y).flag(WideRows.begin(y)).run(Grid.overRuns(y, RUN));
    }

    @Override
    public void multiply(
            Layout layout,
            float alpha,
            Matrix a,
            GroupedMatrix weights,
            @Nullable Matrix bias,
            Matrix c,
            Accumulate accumulate) {
        Extents extents = Extents.of(layout, a, weights, bias, c);
        if (layout == Layout.NT && extents.m() <= FEW_ROWS) {
            kernel(CudaMatmul.fewRows(extents.m()))
                    .number(alpha)
                    .matrix(a)
                    .grouped(weights)
                    .matrix(bias)
                    .matrix(c)
                    .flag(accumulate == Accumulate.ADD)
                    .flag(WideRows.begin(a))
                    .run(new Grid(Grid.blocks(extents.n(), WARPS), extents.m() == 0 ? 0 : 1, 1, Grid.THREADS, 1, 0));
            return;
        }
        int step = pieceColumns(extents.k(), a.dtype());
        for (int from = 0; from < extents.n(); from += step) {
            int count = Math.min(step, extents.n() - from);
            GroupedMatrix piece = layout == Layout.NT ? weights.rows(from, count) : weights.columns(from, count);
            Matrix widened = widened(a.dtype(), piece.rows(), piece.columns());
            dequantize(piece, widened);
            Matrix pieceBias = bias == null ? null : bias.columns(from, count);
            matmul.multiply(layout, alpha, a, widened, pieceBias, c.columns(from, count), accumulate);
        }
    }

    /// Columns of c at a time.
    static int pieceColumns(int depth, DType dtype) {
        long fitting = PIECE_BYTES / Math.max(1, (long) depth * dtype.bytes());
        return Math.clamp(fitting / PIECE_STEP * PIECE_STEP, PIECE_STEP, 1 << 24);
    }

    @SuppressWarnings("restricted") // gives an address of the driver its size
    private Matrix widened(DType dtype, int rows, int columns) {
        long bytes = (long) rows * columns * dtype.bytes();
        MemorySegment data =
                MemorySegment.ofAddress(scratch.atLeast(Math.max(1, bytes))).reinterpret(bytes);
        return new Matrix(dtype, data, rows, columns, columns);
    }

    private Launcher kernel(String name) {
        return launcher.kernel(Family.GROUPED, name);
    }
}
