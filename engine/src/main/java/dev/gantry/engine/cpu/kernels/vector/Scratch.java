package dev.gantry.engine.cpu.kernels.vector;

/// Float arrays that belong to one worker at a time; they grow to the largest size asked for and stay.
final class Scratch {
    private static final int SLOTS = 16;
    private final float[][][] arrays;

    Scratch(int threads) {
        arrays = new float[threads][SLOTS][0];
    }

    /// At least `count` floats, rounded up to whole vectors. What is in them is whatever was left there.
    float[] floats(int worker, int slot, int count) {
        float[][] mine = arrays[worker];
        if (mine[slot].length < count) {
            mine[slot] = new float[Lanes.padded(count)];
        }
        return mine[slot];
    }
}
