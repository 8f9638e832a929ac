package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.backend.MatmulKernels.Layout;

/// How the output of a product is cut into tiles: from the extents alone, so that every number of threads computes the
/// same tiles. Tiles are numbered so that the larger factor is read once and the smaller one stays in the cache.
///
/// @param rowBlock rows of a tile; the last may have fewer
/// @param columnBlock columns of a tile; the last may have fewer
public record TileGrid(int rows, int columns, int rowBlock, int columnBlock) {
    /// oneDNN's inner kernels are 64 columns wide.
    private static final int COLUMN_UNIT = 64;
    private static final int ROW_UNIT = 32;
    private static final int MOST_COLUMNS = 512;
    /// Columns of very long weights lie so far apart that narrow tiles waste every page they touch.
    private static final int LONG_DEPTH = 8192;
    /// A weight gradient is shallow and transposes its left factor: low and wide tiles do that least often.
    private static final int MOST_GRADIENT_ROWS = 96;
    private static final int MOST_GRADIENT_COLUMNS = 768;
    /// Enough for a few threads to end at nearly the same time.
    private static final int WANTED_TILES = 12;
    /// Some ten microseconds of one core: ten times what it costs to take up a tile.
    private static final long LEAST_OPERATIONS = 3_000_000;

    /// What suits the kernels that compute a tile of NN and NT.
    ///
    /// @param mostRows of a tile: more read the right factor less often, and have to stay in the second-level cache
    /// @param leastColumns of a tile, where there are as many
    /// @param columnTiles how many tiles the columns are cut into, where tiles do not get narrower than
    ///     that; enough for many threads
    public record Sizes(int mostRows, int leastColumns, int columnTiles) {
        /// For kernels of vectors.
        public static final Sizes VECTORS = new Sizes(256, COLUMN_UNIT, 24);

        /// For kernels of matrix tiles (AMX). They are so fast that a fifth of a product's time goes to bringing the
        /// right factor into their order for every tile of rows, and to reading the left one for every tile of
        /// columns.
        public static final Sizes MATRIX_TILES = new Sizes(512, 2 * COLUMN_UNIT, 12);
    }

    public static TileGrid of(Layout layout, Extents extents, Sizes sizes) {
        return layout == Layout.TN ? ofGradient(extents) : ofActivations(layout, extents, sizes);
    }

    private static TileGrid ofActivations(Layout layout, Extents extents, Sizes sizes) {
        int columnBlock = columnBlock(layout, extents.n(), extents.k(), sizes);
        int rowBlock = Math.min(sizes.mostRows(), roundUp(extents.m(), ROW_UNIT));
        while (rowBlock > ROW_UNIT
                && tiles(extents.m(), rowBlock) * tiles(extents.n(), columnBlock) < WANTED_TILES / 2
                && (long) rowBlock * columnBlock * extents.k() >= LEAST_OPERATIONS) {
            rowBlock = roundUp(rowBlock / 2, ROW_UNIT);
        }
        return new TileGrid(extents.m(), extents.n(), rowBlock, columnBlock);
    }

    private static TileGrid ofGradient(Extents extents) {
        int rowBlock = Math.min(MOST_GRADIENT_ROWS, roundUp(extents.m(), ROW_UNIT));
        int columnBlock = Math.min(MOST_GRADIENT_COLUMNS, roundUp(extents.n(), COLUMN_UNIT));
        while (columnBlock > COLUMN_UNIT
                && tiles(extents.m(), rowBlock) * tiles(extents.n(), columnBlock) < WANTED_TILES / 2
                && (long) rowBlock * columnBlock * extents.k() >= LEAST_OPERATIONS) {
            columnBlock = roundUp(columnBlock / 2, COLUMN_UNIT);
        }
        return new TileGrid(extents.m(), extents.n(), rowBlock, columnBlock);
    }

    /// Width of a tile of NN and NT: the rows do not matter, so that packed weights suit every number of rows.
    public static int columnBlock(Layout layout, int columns, int depth, Sizes sizes) {
        int fair = roundUp((columns + sizes.columnTiles() - 1) / sizes.columnTiles(), COLUMN_UNIT);
        int narrowest = layout == Layout.NN && depth >= LONG_DEPTH ? 2 * COLUMN_UNIT : sizes.leastColumns();
        return Math.clamp(fair, narrowest, MOST_COLUMNS);
    }

    public int tiles() {
        return rowTiles() * columnTiles();
    }

    public int rowTiles() {
        return tiles(rows, rowBlock);
    }

    public int columnTiles() {
        return tiles(columns, columnBlock);
    }

    public int firstRow(int tile) {
        return (columns > rows ? tile % rowTiles() : tile / columnTiles()) * rowBlock;
    }

    public int firstColumn(int tile) {
        return (columns > rows ? tile / rowTiles() : tile % columnTiles()) * columnBlock;
    }

    public int rowsFrom(int firstRow) {
        return Math.min(rowBlock, rows - firstRow);
    }

    public int columnsFrom(int firstColumn) {
        return Math.min(columnBlock, columns - firstColumn);
    }

    private static int tiles(int extent, int block) {
        return (extent + block - 1) / block;
    }

    private static int roundUp(int value, int unit) {
        return (value + unit - 1) / unit * unit;
    }
}
