package dev.gantry.engine.tensor;

/// How frozen weights are stored in fewer bits: runs of a row share a scale in bf16, and each weight is its scale times
/// what its code stands for.
public enum GroupFormat {
    /// Whole numbers from -127 to 127 in a byte, groups of 32.
    INT8(32, 8, 127),

    /// The number of one of sixteen levels in half a byte, groups of 64; the even column is the low half (Dettmers et
    /// al. 2023, QLoRA, appendix E).
    NF4(64, 4, 1);

    /// Every row of codes begins on so many bytes.
    public static final int ALIGNMENT_BYTES = 16;

    private static final float[] NF4_LEVELS = {
        -1f,
        -0.6961928f,
        -0.52507305f,
        -0.3949175f,
        -0.28444138f,
        -0.18477343f,
        -0.091050036f,
        0f,
        0.0795803f,
        0.1609302f,
        0.2461123f,
        0.33791524f,
        0.44070983f,
        0.562617f,
        0.72295684f,
        1f
    };

    private final int columns;
    private final int bits;
    private final float largest;

    GroupFormat(int columns, int bits, float largest) {
        this.columns = columns;
        this.bits = bits;
        this.largest = largest;
    }

    /// Columns that share a scale; the last group of a row may be shorter.
    public int columns() {
        return columns;
    }

    /// Bits of one code.
    public int bits() {
        return bits;
    }

    /// What the largest code stands for: a group's scale is its largest magnitude divided by this.
    public float largest() {
        return largest;
    }

    /// The code that stands for the number nearest to `value`, a weight divided by its scale. For INT8 half way goes to
    /// the even number, for NF4 to the lower level.
    public int code(float value) {
        return switch (this) {
            case INT8 -> (int) Math.clamp(Math.rint(value), -127, 127);
            case NF4 -> {
                int code = 0;
                while (code < NF4_LEVELS.length - 1 && value > middleAbove(code)) {
                    code++;
                }
                yield code;
            }
        };
    }

    private static float middleAbove(int code) {
        return (NF4_LEVELS[code] + NF4_LEVELS[code + 1]) * 0.5f;
    }

    /// What a code stands for.
    public float value(int code) {
        return switch (this) {
            case INT8 -> code;
            case NF4 -> NF4_LEVELS[code];
        };
    }

    /// Groups of a row.
    public int groups(int rowColumns) {
        return Math.ceilDiv(rowColumns, columns);
    }

    /// Bytes of the codes of a row, up to the next row.
    public long rowBytes(int rowColumns) {
        long bytes = Math.ceilDiv((long) rowColumns * bits, Byte.SIZE);
        return Math.ceilDiv(bytes, ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    }
}
