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
    private static final int MOST_ROWS = 256;
    private static final int MOST_COLUMNS = 512;
    /// Enough for eight threads to end at nearly the same time.
    private static final int WANTED_TILES = 24;
    /// Some ten microseconds of one core: ten times what it costs to take up a tile.
    private static final long LEAST_OPERATIONS = 3_000_000;

    public static TileGrid of(Layout layout, Extents extents) {
        int columnBlock = columnBlock(layout, extents.n());
        int rowBlock = Math.min(MOST_ROWS, roundUp(extents.m(), ROW_UNIT));
        while (rowBlock > ROW_UNIT
                && tiles(extents.m(), rowBlock) * tiles(extents.n(), columnBlock) < WANTED_TILES
                && (long) rowBlock * columnBlock * extents.k() >= LEAST_OPERATIONS) {
            rowBlock = roundUp(rowBlock / 2, ROW_UNIT);
        }
        return new TileGrid(extents.m(), extents.n(), rowBlock, columnBlock);
    }

    /// Width of a tile: a function of the columns alone, so that packed and plain weights are cut alike.
    public static int columnBlock(Layout layout, int columns) {
        int widest = layout == Layout.TN ? MOST_ROWS : MOST_COLUMNS;
        int fair = roundUp((columns + WANTED_TILES - 1) / WANTED_TILES, COLUMN_UNIT);
        return Math.min(widest, fair);
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
