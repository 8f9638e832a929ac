package dev.gantry.engine.cpu.kernels;

/// Counter-based random bits of dropout: element (row, column) is kept or dropped whatever was drawn before it, so the
/// mask depends neither on tiles nor on threads, and a recompute draws it again.
///
/// A row has a 64-bit key from its number and the seed (SplitMix64, Steele et al. 2014); a column is hashed with both
/// halves of the key by the 32-bit mixer `lowbias32` (Wellons 2018), which needs only 32-bit lanes.
public final class DropoutMask {
    public static final int MIX_1 = 0x7feb352d;
    public static final int MIX_2 = 0x846ca68b;

    private DropoutMask() {}

    public static long rowKey(long seed, int row) {
        long z = mix64(seed) + (row + 1L) * 0x9e3779b97f4a7c15L;
        return mix64(z);
    }

    /// Elements with `draw < keptBelow` are kept, both of 24 bits.
    public static int keptBelow(float rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("dropout rate " + rate + " is not in [0, 1)");
        }
        return (int) Math.round((1.0 - rate) * (1 << 24));
    }

    /// 24 random bits of one element.
    public static int draw(long rowKey, int column) {
        int h = mix32(column ^ (int) rowKey);
        return mix32(h + (int) (rowKey >>> 32)) >>> 8;
    }

    private static int mix32(int h) {
        h = (h ^ (h >>> 16)) * MIX_1;
        h = (h ^ (h >>> 15)) * MIX_2;
        return h ^ (h >>> 16);
    }

    private static long mix64(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
