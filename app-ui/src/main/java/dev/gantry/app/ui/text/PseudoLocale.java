package dev.gantry.app.ui.text;

/// A language nobody speaks: every text in brackets, accented and a third longer, but still readable.
///
/// What shows up without brackets is in no bundle; what is cut off would be cut off in a wordier language too.
public final class PseudoLocale {
    public static final String OPENING = "⟦";
    public static final String CLOSING = "⟧";
    private static final String PLAIN = "aceinouyACEINOUY";
    private static final String ACCENTED = "áçéíñóúýÁÇÉÍÑÓÚÝ";

    private PseudoLocale() {}

    /// Changes one pattern; what stands between braces is left as it is.
    public static String of(String pattern) {
        StringBuilder text = new StringBuilder(OPENING);
        int depth = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            int at = depth == 0 ? PLAIN.indexOf(c) : -1;
            text.append(at < 0 ? c : ACCENTED.charAt(at));
        }
        return text.append("~".repeat(pattern.length() / 3)).append(CLOSING).toString();
    }
}
