package dev.gantry.engine.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Extents of a row-major tensor, outermost first. A scalar has no extents.
public final class Shape {
    private final long[] extents;

    private Shape(long[] extents) {
        this.extents = extents;
    }

    /// @throws IllegalArgumentException when an extent is negative
    public static Shape of(long... extents) {
        for (long extent : extents) {
            if (extent < 0) {
                throw new IllegalArgumentException("negative extent in shape " + Arrays.toString(extents));
            }
        }
        return new Shape(extents.clone());
    }

    public int rank() {
        return extents.length;
    }

    /// Extent of `axis`; negative axes count from the end.
    public long extent(int axis) {
        return extents[axis < 0 ? extents.length + axis : axis];
    }

    /// Number of elements.
    ///
    /// @throws ArithmeticException when it does not fit a long
    public long elements() {
        long product = 1;
        for (long extent : extents) {
            product = Math.multiplyExact(product, extent);
        }
        return product;
    }

    public long[] toArray() {
        return extents.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that && Arrays.equals(extents, that.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    /// Written as `[2, 24, 211]`.
    @Override
    public String toString() {
        return Arrays.stream(extents).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
