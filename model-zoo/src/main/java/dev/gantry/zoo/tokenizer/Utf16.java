package dev.gantry.zoo.tokenizer;

/// Turns the native library's code point offsets into offsets of a Java string.
///
/// @param offsets UTF-16 offset by code point; empty when both are the same
@SuppressWarnings("ArrayRecordComponent") // lives for one call, compared by nobody
record Utf16(int[] offsets) {
    private static final char REPLACEMENT = '\uFFFD';

    static Utf16 of(String text) {
        int codePoints = text.codePointCount(0, text.length());
        if (codePoints == text.length()) {
            return new Utf16(new int[0]);
        }
        int[] offsets = new int[codePoints + 1];
        for (int i = 0, at = 0; i < codePoints; i++) {
            offsets[i] = at;
            at += Character.charCount(text.codePointAt(at));
        }
        offsets[codePoints] = text.length();
        return new Utf16(offsets);
    }

    int offset(int codePoints) {
        return offsets.length == 0 ? codePoints : offsets[codePoints];
    }

    /// Half of a surrogate pair is no character and has no UTF-8; U+FFFD takes its place and its width.
    static String withoutLoneSurrogates(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                if (mended == null) {
                    mended = new StringBuilder(text);
                }
                mended.setCharAt(i, REPLACEMENT);
            }
        }
        return mended == null ? text : mended.toString();
    }
}
