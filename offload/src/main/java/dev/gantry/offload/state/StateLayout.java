package dev.gantry.offload.state;

import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.io.AlignedSpan;
import dev.gantry.offload.io.BlockFile;

/// Where the states of a model's trained blocks lie in a file: two headers, then two sides of all records.
///
/// ```
/// header | header | side 0: record 0, record 1, ... | side 1: record 0, record 1, ...
/// record: array 0 | array 1 | array 2 | tag        (f32; for Adam master, first moment, second moment)
/// ```
///
/// @param records how many records of equal size there are, such as one for each block
/// @param arrays how many f32 arrays a record holds
/// @param elements the length of each array
/// @param fingerprint what the states belong to, at most {@link #FINGERPRINT_BYTES} letters of ASCII
public record StateLayout(int records, int arrays, long elements, String fingerprint) {
    public static final int FINGERPRINT_BYTES = 128;
    static final long HEADER_BYTES = BlockFile.ALIGNMENT_BYTES;
    static final int SIDES = 2;

    public StateLayout {
        if (records < 1 || arrays < 1 || elements < 1) {
            throw new IllegalArgumentException(records + " records of " + arrays + " arrays of " + elements);
        }
        if (fingerprint.length() > FINGERPRINT_BYTES || !fingerprint.chars().allMatch(c -> c > 0 && c < 128)) {
            throw new IllegalArgumentException("not a fingerprint: " + fingerprint);
        }
    }

    /// Distance from one array of a record to the next: each begins on a cache line.
    public long arrayBytes() {
        return TensorArena.roundedBytes(Math.multiplyExact(elements, Float.BYTES));
    }

    long tagOffset() {
        return Math.multiplyExact(arrays, arrayBytes());
    }

    /// What is moved for one record in one direction.
    public long recordBytes() {
        return AlignedSpan.roundUp(tagOffset() + RecordTag.BYTES);
    }

    /// What the file takes on the disk.
    public long fileBytes() {
        return SIDES * HEADER_BYTES + SIDES * Math.multiplyExact(records, recordBytes());
    }

    long headerOffset(int copy) {
        return copy * HEADER_BYTES;
    }

    long recordOffset(int side, int record) {
        return SIDES * HEADER_BYTES + ((long) side * records + record) * recordBytes();
    }
}
