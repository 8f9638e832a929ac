package dev.gantry.engine.tensor;

import java.lang.foreign.MemorySegment;

/// A contiguous row-major tensor over native memory that somebody else owns.
///
/// @param dtype element type
/// @param shape extents, outermost first
/// @param data exactly `shape.elements() * dtype.bytes()` bytes; memory of a device may not be readable by the host
public record Tensor(DType dtype, Shape shape, MemorySegment data) {

    public Tensor {
        long expected = Math.multiplyExact(shape.elements(), dtype.bytes());
        if (data.byteSize() != expected) {
            throw new IllegalArgumentException("a " + dtype + " tensor of shape " + shape + " takes " + expected
                    + " bytes, not " + data.byteSize());
        }
    }

    public long elements() {
        return shape.elements();
    }

    public long bytes() {
        return data.byteSize();
    }

    /// The same memory as a matrix: the last axis is a row, all others are flattened into rows.
    public Matrix matrix() {
        int columns = shape.rank() == 0 ? 1 : Math.toIntExact(shape.extent(-1));
        int rows = columns == 0 ? 0 : Math.toIntExact(elements() / columns);
        return new Matrix(dtype, data, rows, columns, columns);
    }
}
