package dev.gantry.engine.cpu.matmul;

/// What a worker of {@link VectorMatmul} needs, made when it takes its first tile.
final class VectorScratch {
    float[] left = new float[0];
    float[] right = new float[0];
    float[] tile = new float[0];
    final float[] row = new float[VectorTiles.MOST_DEPTH];
    final float[] block = new float[MicroKernel.ROWS * MicroKernel.COLUMNS];

    void ensure(int leftFloats, int rightFloats, int tileFloats) {
        left = left.length < leftFloats ? new float[leftFloats] : left;
        right = right.length < rightFloats ? new float[rightFloats] : right;
        tile = tile.length < tileFloats ? new float[tileFloats] : tile;
    }
}
