package dev.gantry.engine.pass;

/// ALiBi's slope for each head: a geometric series from `2^(-8/n)`, filled up with every second slope of the next
/// series where the number of heads is no power of two (Press, Smith, Lewis 2021, and BLOOM's code).
final class AlibiSlopes {
    private AlibiSlopes() {}

    static float[] of(int heads) {
        int power = Integer.highestOneBit(heads);
        float[] slopes = new float[heads];
        float base = (float) Math.pow(2, -8.0 / power);
        for (int h = 0; h < power; h++) {
            slopes[h] = (float) Math.pow(base, h + 1);
        }
        float extraBase = (float) Math.pow(2, -8.0 / (2 * power));
        for (int h = power; h < heads; h++) {
            slopes[h] = (float) Math.pow(extraBase, 2 * (h - power) + 1);
        }
        return slopes;
    }
}
