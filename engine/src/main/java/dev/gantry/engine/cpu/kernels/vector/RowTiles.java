package dev.gantry.engine.cpu.kernels.vector;

/// Whole rows dealt to tiles by their width alone.
///
/// @param rows rows of the matrix
/// @param perTile rows of one tile
record RowTiles(int rows, int perTile) {
    private static final int ELEMENTS = 16 * 1024;
    private static final int MOST_ROWS = 64;

    static RowTiles of(int rows, int columns) {
        return new RowTiles(rows, Math.clamp(ELEMENTS / Math.max(columns, 1), 1, MOST_ROWS));
    }

    int count() {
        return (rows + perTile - 1) / perTile;
    }

    int first(int tile) {
        return tile * perTile;
    }

    int end(int tile) {
        return Math.min(rows, (tile + 1) * perTile);
    }
}
