package dev.gantry.app.ui.frame;

import java.util.Locale;

/// How well a few typed letters fit a text: they must come in order, and fit better together and at the start of words.
final class FuzzyMatch {
    private static final int START_OF_WORD = 8;
    private static final int BESIDE_THE_LAST = 5;
    private static final int FOUND = 1;
    /// What does not match at all.
    static final int NONE = -1;

    private FuzzyMatch() {}

    /// Higher is better; [#NONE] when a letter is missing.
    static int score(String query, String text) {
        String wanted = query.strip().toLowerCase(Locale.ROOT);
        String lower = text.toLowerCase(Locale.ROOT);
        int score = 0;
        int at = 0;
        int last = -2;
        for (int i = 0; i < wanted.length(); i++) {
            char c = wanted.charAt(i);
            if (Character.isWhitespace(c)) {
                continue;
            }
            int found = bestPlace(lower, c, at, last);
            if (found < 0) {
                return NONE;
            }
            score += FOUND + (startsWord(lower, found) ? START_OF_WORD : 0) + (found == last + 1 ? BESIDE_THE_LAST : 0);
            last = found;
            at = found + 1;
        }
        return score;
    }

    /// The letter right after the last one, else at the start of a word, else anywhere.
    private static int bestPlace(String text, char c, int from, int last) {
        if (last >= 0 && last + 1 < text.length() && text.charAt(last + 1) == c) {
            return last + 1;
        }
        for (int i = text.indexOf(c, from); i >= 0; i = text.indexOf(c, i + 1)) {
            if (startsWord(text, i)) {
                return i;
            }
        }
        return text.indexOf(c, from);
    }

    private static boolean startsWord(String text, int at) {
        return at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
    }
}
