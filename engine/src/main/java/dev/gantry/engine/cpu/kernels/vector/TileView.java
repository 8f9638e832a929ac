package dev.gantry.engine.cpu.kernels.vector;

/// Which keys of a tile its queries see: key j for query i when `0 <= ahead + i - j` and, with a sliding window,
/// `ahead + i - j < window`.
///
/// @param queries queries of the tile
/// @param keys keys of the tile
/// @param ahead position of the first query minus that of the first key
/// @param window 0 for none
record TileView(int queries, int keys, int ahead, int window) {

    boolean sliding() {
        return window > 0;
    }

    /// No key is hidden from any query by order; a window may still hide some.
    boolean seesAll() {
        return ahead >= keys - 1;
    }

    /// First query that sees key j.
    int firstQuery(int j) {
        return Math.clamp(j - ahead, 0, queries);
    }

    /// End of the queries that see key j.
    int endQuery(int j) {
        return sliding() ? Math.clamp((long) j - ahead + window, 0, queries) : queries;
    }

    /// First key that query i sees.
    int firstKey(int i) {
        return sliding() ? Math.clamp((long) ahead + i - window + 1, 0, keys) : 0;
    }

    /// End of the keys that query i sees.
    int endKey(int i) {
        return Math.clamp(ahead + i + 1, 0, keys);
    }
}
