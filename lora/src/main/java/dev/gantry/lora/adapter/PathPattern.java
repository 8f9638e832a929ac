package dev.gantry.lora.adapter;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression over module paths, from a file that may be hostile: its length and the work of a match are
/// bounded.
record PathPattern(Pattern pattern) {
    private static final int MAX_LENGTH = 1000;

    /// Characters looked at in one match; honest patterns need a few hundred.
    private static final int MAX_LOOKS = 200_000;

    /// @param setting to name in messages
    static PathPattern of(String setting, String regex) {
        if (regex.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    setting + " is an expression of " + regex.length() + " characters, over " + MAX_LENGTH);
        }
        try {
            return new PathPattern(Pattern.compile(regex));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(setting + " is not a regular expression: " + e.getDescription(), e);
        }
    }

    /// @throws IllegalArgumentException when the pattern takes too long
    boolean matches(String path) {
        return pattern.matcher(new CountedText(path, new int[1])).matches();
    }

    /// A text that can be looked at a limited number of times; parts of it count together.
    @SuppressWarnings("ArrayRecordComponent") // the shared count
    private record CountedText(String text, int[] looks) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++looks[0] > MAX_LOOKS) {
                throw new IllegalArgumentException("a regular expression takes too long on " + text);
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new CountedText(text.substring(start, end), looks);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
