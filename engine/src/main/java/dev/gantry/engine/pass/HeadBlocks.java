package dev.gantry.engine.pass;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.decoder.DecoderSpec;

/// How the rows of the head matrix are cut into blocks, by the shape alone: so every plan adds up the same sums in the
/// same order.
///
/// @param vocabulary rows of the head matrix
/// @param rowsOfBlock rows of every block but the last, a multiple of {@link LossKernels#COLUMN_STEP}
public record HeadBlocks(int vocabulary, int rowsOfBlock) {
    private static final int MOST_ROWS = 8192;

    /// Bytes of a block of f32: little beside a layer, much beside what one product costs to start.
    private static final long MOST_BYTES = 32L << 20;

    public HeadBlocks {
        if (rowsOfBlock <= 0 || rowsOfBlock % LossKernels.COLUMN_STEP != 0) {
            throw new IllegalArgumentException(
                    "blocks of " + rowsOfBlock + " rows of the head are not a multiple of " + LossKernels.COLUMN_STEP);
        }
    }

    public static HeadBlocks of(DecoderSpec spec) {
        return new HeadBlocks(spec.vocabularySize(), rowsOfBlock(spec.embeddingDim()));
    }

    /// Rows of every block but the last of a head of some width.
    public static int rowsOfBlock(int embeddingDim) {
        long fitting = MOST_BYTES / (4L * embeddingDim);
        long rows = Math.clamp(fitting, LossKernels.COLUMN_STEP, MOST_ROWS);
        return (int) (rows / LossKernels.COLUMN_STEP * LossKernels.COLUMN_STEP);
    }

    public int count() {
        return (vocabulary + rowsOfBlock - 1) / rowsOfBlock;
    }

    /// First row of a block.
    public int first(int block) {
        return block * rowsOfBlock;
    }

    /// Rows of a block.
    public int rows(int block) {
        return Math.min(rowsOfBlock, vocabulary - first(block));
    }

    LossKernels.Columns columns(int block) {
        return new LossKernels.Columns(first(block), vocabulary);
    }
}
