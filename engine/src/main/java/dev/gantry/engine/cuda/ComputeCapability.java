package dev.gantry.engine.cuda;

import dev.gantry.engine.tensor.DType;

/// What a card can do, as NVIDIA numbers it: 7.5 is Turing, 8.x Ampere and Ada, 9.0 Hopper, 10 and 12 Blackwell.
public record ComputeCapability(int major, int minor) implements Comparable<ComputeCapability> {
    /// The first that kernels are compiled for.
    public static final ComputeCapability OLDEST = new ComputeCapability(7, 5);

    private static final int FIRST_MAJOR_WITH_BF16 = 8;

    /// From the number compilers use: 75, 120.
    static ComputeCapability of(int number) {
        return new ComputeCapability(number / 10, number % 10);
    }

    /// As in `sm_86`.
    public int number() {
        return major * 10 + minor;
    }

    /// Whether tensor cores multiply such a type, with sums in f32.
    boolean multipliesInTiles(DType dtype) {
        return dtype == DType.F16 || (dtype == DType.BF16 && major >= FIRST_MAJOR_WITH_BF16);
    }

    /// The one of two bytes that there is most speed for.
    DType narrowType() {
        return multipliesInTiles(DType.BF16) ? DType.BF16 : DType.F16;
    }

    public boolean isSupported() {
        return compareTo(OLDEST) >= 0;
    }

    @Override
    public int compareTo(ComputeCapability other) {
        return Integer.compare(number(), other.number());
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
