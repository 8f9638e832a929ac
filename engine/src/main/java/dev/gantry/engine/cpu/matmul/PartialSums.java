package dev.gantry.engine.cpu.matmul;

/// Sums over parts of the depth, one row of n for each part and row of activations; grows to the largest product.
///
/// Tiles of one product all ask for the same size, and the pool runs one product at a time.
final class PartialSums {
    private float[] sums = new float[0];

    synchronized float[] atLeast(int floats) {
        if (sums.length < floats) {
            sums = new float[floats];
        }
        return sums;
    }
}
