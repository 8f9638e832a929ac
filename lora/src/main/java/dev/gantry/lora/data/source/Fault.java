package dev.gantry.lora.data.source;

/// One thing wrong with one row.
///
/// @param at where
/// @param message what was expected or found, one sentence without the position
/// @param excerpt the first characters of the row, at most {@value #EXCERPT_CHARACTERS}
public record Fault(FaultKind kind, SourcePosition at, String message, String excerpt) {
    public static final int EXCERPT_CHARACTERS = 80;

    public Fault {
        excerpt = shorten(excerpt);
    }

    private static String shorten(String text) {
        int end = Math.min(text.length(), EXCERPT_CHARACTERS);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        StringBuilder visible = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            // control characters would garble a terminal that shows the excerpt
            visible.append(Character.isISOControl(c) ? ' ' : c);
        }
        return visible.toString();
    }

    @Override
    public String toString() {
        return at + ": " + kind.label() + ": " + message;
    }
}
