package dev.gantry.app.chat.markdown;

/// A piece of a line that looks the same from end to end.
///
/// @param link where it points to; empty when it is no link
public record Span(String text, boolean bold, boolean italic, boolean code, boolean struck, String link) {
    /// Text without anything special.
    public static Span plain(String text) {
        return new Span(text, false, false, false, false, "");
    }

    public boolean isLink() {
        return !link.isEmpty();
    }

    Span withText(String other) {
        return new Span(other, bold, italic, code, struck, link);
    }

    boolean looksLike(Span other) {
        return withText("").equals(other.withText(""));
    }
}
