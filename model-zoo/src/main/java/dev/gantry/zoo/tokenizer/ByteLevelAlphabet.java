package dev.gantry.zoo.tokenizer;

import java.util.Arrays;

/// GPT-2's printable stand-ins for the 256 byte values: `Ġ` is a space, `Ċ` a line feed.
///
/// Source: `bytes_to_unicode` of OpenAI's `encoder.py`.
public final class ByteLevelAlphabet {
    private static final int FIRST_STAND_IN = 256;
    private static final char[] CHAR_OF_BYTE = new char[256];
    private static final int[] BYTE_OF_CHAR = new int[FIRST_STAND_IN + 256];

    static {
        Arrays.fill(BYTE_OF_CHAR, -1);
        int standIns = 0;
        for (int value = 0; value < 256; value++) {
            boolean printable = (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || value >= 0xAE;
            CHAR_OF_BYTE[value] = (char) (printable ? value : FIRST_STAND_IN + standIns++);
            BYTE_OF_CHAR[CHAR_OF_BYTE[value]] = value;
        }
    }

    private ByteLevelAlphabet() {}

    /// The byte `c` stands for, or -1 when it stands for none.
    static int byteOf(char c) {
        return c < BYTE_OF_CHAR.length ? BYTE_OF_CHAR[c] : -1;
    }

    /// The stand-in of a byte value in `[0, 256)`.
    public static char charOf(int unsignedByte) {
        return CHAR_OF_BYTE[unsignedByte];
    }
}
