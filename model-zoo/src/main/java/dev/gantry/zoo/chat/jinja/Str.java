package dev.gantry.zoo.chat.jinja;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A text that can remember, character by character, which message it came from.
///
/// Positions are Python's: code points, not UTF-16 units.
public final class Str implements Value {
    static final Str EMPTY = new Str("", null);

    private final String text;

    /// Owner of each UTF-16 unit, 0 for none; null when nothing has one.
    private final int @Nullable [] owners;

    private Str(String text, int @Nullable [] owners) {
        this.text = text;
        this.owners = owners;
    }

    /// A text that nobody owns.
    public static Str of(String text) {
        return new Str(text, null);
    }

    /// A text all of whose characters belong to `owner`, a number above 0.
    public static Str owned(String text, int owner) {
        int[] owners = new int[text.length()];
        Arrays.fill(owners, owner);
        return new Str(text, owners);
    }

    /// A text with the owner of each of its UTF-16 units.
    static Str withOwners(String text, int[] owners) {
        return new Str(text, owners);
    }

    public String text() {
        return text;
    }

    int ownerAt(int unit) {
        return owners == null ? 0 : owners[unit];
    }

    boolean isOwned() {
        return owners != null;
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    Str plus(Str other, Budget budget) {
        int length = budget.text((long) text.length() + other.text.length());
        if (owners == null && other.owners == null) {
            return of(text + other.text);
        }
        int[] joined = new int[length];
        if (owners != null) {
            System.arraycopy(owners, 0, joined, 0, owners.length);
        }
        if (other.owners != null) {
            System.arraycopy(other.owners, 0, joined, text.length(), other.owners.length);
        }
        return new Str(text + other.text, joined);
    }

    /// UTF-16 units `from` to `to`.
    Str units(int from, int to) {
        return new Str(text.substring(from, to), owners == null ? null : Arrays.copyOfRange(owners, from, to));
    }

    Str times(long count, Budget budget) {
        if (count <= 0 || text.isEmpty()) {
            return EMPTY;
        }
        int length = budget.text(Math.multiplyExact(count, text.length()));
        String repeated = text.repeat((int) count);
        if (owners == null) {
            return of(repeated);
        }
        int[] all = new int[length];
        for (int i = 0; i < length; i++) {
            all[i] = owners[i % text.length()];
        }
        return new Str(repeated, all);
    }

    /// The same characters written differently; owners stay when each unit stays one unit.
    Str rewritten(String other) {
        return new Str(other, other.length() == text.length() ? owners : null);
    }

    Str lower() {
        return rewritten(text.toLowerCase(Locale.ROOT));
    }

    Str upper() {
        return rewritten(text.toUpperCase(Locale.ROOT));
    }

    /// Number of code points.
    int length() {
        return text.codePointCount(0, text.length());
    }

    /// The code point at `index`, which must be in range.
    Str at(int index) {
        int from = text.offsetByCodePoints(0, index);
        return units(from, text.offsetByCodePoints(from, 1));
    }

    /// Where the code points begin, and the end of the text.
    int[] unitOffsets(Budget budget) {
        int[] offsets = new int[budget.text(length()) + 1];
        for (int i = 0, unit = 0; i < offsets.length - 1; i++) {
            offsets[i] = unit;
            unit += Character.charCount(text.codePointAt(unit));
        }
        offsets[offsets.length - 1] = text.length();
        return offsets;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Str str && text.equals(str.text);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
