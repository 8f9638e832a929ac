package dev.gantry.zoo.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/// Sentencepiece's compiled table of character replacements: a double-array trie, then the replacement texts.
///
/// Source: `builder.cc` of sentencepiece and the `darts` library whose layout it stores.
final class CharsMap {
    private final int[] units;
    private final byte[] texts;

    private CharsMap(int[] units, byte[] texts) {
        this.units = units;
        this.texts = texts;
    }

    /// Whether every path through the table stays inside of it, which its native reader does not check.
    static boolean isSound(byte[] map) {
        ByteBuffer bytes = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
        if (map.length < Integer.BYTES) {
            return false;
        }
        long trieBytes = Integer.toUnsignedLong(bytes.getInt());
        if (trieBytes == 0 || trieBytes % Integer.BYTES != 0 || trieBytes > bytes.remaining()) {
            return false;
        }
        int[] units = new int[(int) (trieBytes / Integer.BYTES)];
        bytes.asIntBuffer().get(units);
        bytes.position(bytes.position() + (int) trieBytes);
        byte[] texts = new byte[bytes.remaining()];
        bytes.get(texts);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
        } catch (CharacterCodingException _) {
            return false;
        }
        return new CharsMap(units, texts).staysInside();
    }

    private boolean staysInside() {
        BitSet seen = new BitSet(units.length);
        Deque<Integer> open = new ArrayDeque<>();
        open.push(offset(units[0]));
        while (!open.isEmpty()) {
            int base = open.pop();
            if (base < 0 || (base | 0xFF) >= units.length) {
                return false;
            }
            if (seen.get(base)) {
                continue;
            }
            seen.set(base);
            for (int label = 1; label < 256; label++) {
                int at = base ^ label;
                int unit = units[at];
                if ((unit & (1 << 31 | 0xFF)) != label) {
                    continue;
                }
                int child = at ^ offset(unit);
                if (hasLeaf(unit) && !leafIsSound(child)) {
                    return false;
                }
                open.push(child);
            }
        }
        return true;
    }

    private boolean leafIsSound(int leaf) {
        if (leaf < 0 || leaf >= units.length) {
            return false;
        }
        int text = units[leaf] & Integer.MAX_VALUE;
        boolean insideOfCharacter = text < texts.length && (texts[text] & 0xC0) == 0x80;
        return text <= texts.length && !insideOfCharacter;
    }

    private static boolean hasLeaf(int unit) {
        return (unit >>> 8 & 1) == 1;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }
}
