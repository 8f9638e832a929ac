package dev.gantry.zoo.tokenizer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which id is written how. Ids may have holes; an id or a text stands for one token only.
final class Vocabulary {
    /// Ten times the largest vocabulary in use; an id above it is a damaged or hostile file.
    private static final int MAX_IDS = 1 << 22;

    private final String file;
    private final Map<String, Integer> idsByText = new HashMap<>();
    private @Nullable String[] textsById = new @Nullable String[1024];
    private boolean[] special = new boolean[1024];
    private int size;
    private int baseSize;

    Vocabulary(String file) {
        this.file = file;
    }

    void add(String text, long id) throws TokenizerException {
        Integer known = idsByText.get(text);
        if (known != null && known == id) {
            return; // added tokens are often listed in the vocabulary too
        }
        if (id < 0 || id >= MAX_IDS) {
            throw new TokenizerException("%s gives token \"%s\" the id %d, outside of 0 to %,d"
                    .formatted(file, shown(text), id, MAX_IDS - 1));
        }
        int index = (int) id;
        if (index >= textsById.length) {
            textsById = Arrays.copyOf(textsById, Math.max(index + 1, 2 * textsById.length));
            special = Arrays.copyOf(special, textsById.length);
        }
        if (known != null || textsById[index] != null) {
            throw new TokenizerException("%s gives id %d to token \"%s\" and %s"
                    .formatted(
                            file,
                            id,
                            shown(text),
                            known != null
                                    ? "id " + known + " to the same token"
                                    : "\"" + shown(textsById[index]) + "\""));
        }
        idsByText.put(text, index);
        textsById[index] = text;
        size = Math.max(size, index + 1);
    }

    void markSpecial(int id) {
        special[id] = true;
    }

    /// One more than the highest id.
    int size() {
        return size;
    }

    /// Says that what is added from now on is not part of the tokenizer's own vocabulary.
    void endBase() {
        baseSize = size;
    }

    /// One more than the highest id before {@link #endBase}.
    int baseSize() {
        return baseSize;
    }

    /// Number of tokens, less than {@link #size()} when ids have holes.
    int tokenCount() {
        return idsByText.size();
    }

    @Nullable
    Integer id(String text) {
        return idsByText.get(text);
    }

    /// How `id` is written in the vocabulary, or null when no token has it.
    @Nullable
    String text(int id) {
        return id >= 0 && id < size ? textsById[id] : null;
    }

    boolean isSpecial(int id) {
        return id >= 0 && id < size && special[id];
    }

    private static String shown(@Nullable String text) {
        if (text == null) {
            return "";
        }
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
