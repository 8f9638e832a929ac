package dev.gantry.lora.data.batch;

/// A permutation that depends on the seed and the epoch only. Written out here because a resumed run needs the same
/// one from every Java version.
final class SeededOrder {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    private SeededOrder(long seed, long epoch) {
        this.state = mix(seed) ^ mix(epoch + GOLDEN);
    }

    static int[] of(int size, long seed, long epoch) {
        return new SeededOrder(seed, epoch).permutation(size);
    }

    /// Fisher and Yates' shuffle.
    private int[] permutation(int size) {
        int[] order = identity(size);
        for (int i = size - 1; i > 0; i--) {
            int other = below(i + 1);
            int swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
        return order;
    }

    static int[] identity(int size) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        return order;
    }

    /// Uniform in `[0, bound)`: the high half of a 64-bit product (bias below 2⁻³², which no shuffle can show).
    private int below(int bound) {
        state += GOLDEN;
        return (int) (((mix(state) >>> 32) * bound) >>> 32);
    }

    /// SplitMix64's finalizer.
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
