package dev.gantry.zoo.chat.jinja;

import org.jspecify.annotations.Nullable;

/// What Python takes for white space, and cutting it off the ends of texts.
final class Whitespace {
    /// Which ends are cut.
    enum Side {
        LEFT,
        RIGHT,
        BOTH
    }

    private Whitespace() {}

    static boolean is(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint) || codePoint == 0x85;
    }

    /// Cuts the characters of `unwanted`, or white space when it is null.
    static Str strip(Str text, @Nullable Str unwanted, Side side, Budget budget) {
        String all = text.text();
        budget.spend(
                all.length() * (unwanted == null ? 1L : 1L + unwanted.text().length()));
        int from = 0;
        int to = all.length();
        while (side != Side.RIGHT && from < to && cuts(all.codePointAt(from), unwanted)) {
            from += Character.charCount(all.codePointAt(from));
        }
        while (side != Side.LEFT && to > from && cuts(all.codePointBefore(to), unwanted)) {
            to -= Character.charCount(all.codePointBefore(to));
        }
        return text.units(from, to);
    }

    private static boolean cuts(int codePoint, @Nullable Str unwanted) {
        return unwanted == null ? is(codePoint) : unwanted.text().indexOf(codePoint) >= 0;
    }
}
