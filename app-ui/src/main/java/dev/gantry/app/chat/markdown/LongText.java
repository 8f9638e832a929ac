package dev.gantry.app.chat.markdown;

import java.util.ArrayList;
import java.util.List;

/// Cuts what is long into pieces that can be laid out within a frame of the window.
final class LongText {
    /// Rows of a piece of a table.
    static final int TABLE_ROWS = 24;

    private static final int CODE_LINES = 40;
    private static final int CHARACTERS = 2000;
    /// How far before the limit a better place to cut is looked for.
    private static final int SLACK = 200;

    private LongText() {}

    /// Code by lines.
    static List<String> pieces(String code) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        int lines = 0;
        for (int i = 0; i < code.length(); i++) {
            lines += code.charAt(i) == '\n' ? 1 : 0;
            if (lines == CODE_LINES || (i - from == CHARACTERS * 2 && !Character.isLowSurrogate(code.charAt(i)))) {
                pieces.add(code.substring(from, i));
                from = code.charAt(i) == '\n' ? i + 1 : i;
                lines = 0;
            }
        }
        pieces.add(code.substring(from));
        return pieces;
    }

    /// A paragraph, at blanks where there are any.
    static List<List<Span>> pieces(List<Span> spans) {
        List<List<Span>> pieces = new ArrayList<>();
        List<Span> piece = new ArrayList<>();
        int room = CHARACTERS;
        for (Span span : spans) {
            String left = span.text();
            while (left.length() > room) {
                int cut = cut(left, room);
                piece.add(span.withText(left.substring(0, cut)));
                pieces.add(List.copyOf(piece));
                piece.clear();
                left = left.substring(cut);
                room = CHARACTERS;
            }
            piece.add(span.withText(left));
            room -= left.length();
        }
        pieces.add(List.copyOf(piece));
        return pieces;
    }

    private static int cut(String text, int limit) {
        for (int i = limit; i > Math.max(0, limit - SLACK); i--) {
            if (Character.isWhitespace(text.charAt(i - 1))) {
                return i;
            }
        }
        boolean splitsPair = limit > 0 && Character.isLowSurrogate(text.charAt(limit));
        return splitsPair ? limit - 1 : limit;
    }
}
