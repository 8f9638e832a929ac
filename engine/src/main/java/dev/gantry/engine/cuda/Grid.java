package dev.gantry.engine.cuda;

import dev.gantry.engine.tensor.Matrix;

/// How many blocks of how many threads run a kernel.
///
/// @param sharedBytes dynamic shared memory of a block
record Grid(int x, int y, int z, int blockX, int blockY, int sharedBytes) {
    static final int THREADS = 256;
    private static final int WARP = 32;
    /// The driver's limit for the second and third extents; kernels go round when there are more rows.
    private static final int MOST = 65_535;
    private static final int ROW_LANES = 8;

    /// A thread an element: columns along x, rows along y.
    static Grid overElements(Matrix m) {
        return over(m.rows(), m.columns());
    }

    /// A thread a run of neighbouring elements of a row.
    static Grid overRuns(Matrix m, int run) {
        return over(m.rows(), blocks(m.columns(), run));
    }

    static Grid over(int rows, int columns) {
        int across = Math.clamp(Integer.highestOneBit(Math.max(1, columns - 1)) * 2L, WARP, THREADS);
        int down = THREADS / across;
        return new Grid(blocks(columns, across), Math.min(MOST, blocks(rows, down)), 1, across, down, 0);
    }

    /// A block of threads a row.
    static Grid overRows(int rows) {
        return new Grid(rows, 1, 1, THREADS, 1, 0);
    }

    /// A thread an item.
    static Grid overItems(int items) {
        return new Grid(blocks(items, THREADS), 1, 1, THREADS, 1, 0);
    }

    /// Blocks of 32 columns by 8 rows, each adding up its columns.
    static Grid overColumns(int columns) {
        return new Grid(blocks(columns, WARP), 1, 1, WARP, ROW_LANES, 0);
    }

    static int blocks(int items, int each) {
        return Math.ceilDiv(items, each);
    }

    boolean isEmpty() {
        return x == 0 || y == 0 || z == 0;
    }
}
