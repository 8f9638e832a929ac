package dev.gantry.app.chat.markdown;

import java.util.List;
import java.util.stream.Collectors;

/// A part of a text that stands by itself, never so long that showing it would take long.
public sealed interface Block {
    /// Where it stands.
    Place place();

    /// What can be read in it.
    String text();

    /// How far in a block stands, and what stands before it.
    ///
    /// @param depth of lists around it
    /// @param marker of the list item that begins with it, such as `2.`; empty for none
    /// @param quotes around it
    record Place(int depth, String marker, int quotes) {
        public static final Place TOP = new Place(0, "", 0);

        Place withoutMarker() {
            return new Place(depth, "", quotes);
        }
    }

    record Paragraph(Place place, List<Span> spans) implements Block {
        @Override
        public String text() {
            return joined(spans);
        }
    }

    /// @param level 1 to 6
    record Heading(Place place, int level, List<Span> spans) implements Block {
        @Override
        public String text() {
            return joined(spans);
        }
    }

    /// Code, or a piece of a long one.
    ///
    /// @param whole the whole code that it is a piece of, for the clipboard
    record Code(Place place, String language, String text, String whole, boolean first, boolean last)
            implements Block {}

    /// @param rows the first holds the headings; a continued table has none
    record Table(Place place, List<List<List<Span>>> rows, boolean headed) implements Block {
        @Override
        public String text() {
            return rows.stream()
                    .map(row -> row.stream().map(Block::joined).collect(Collectors.joining(" | ")))
                    .collect(Collectors.joining("\n"));
        }
    }

    /// A line across.
    record Rule(Place place) implements Block {
        @Override
        public String text() {
            return "";
        }
    }

    private static String joined(List<Span> spans) {
        return spans.stream().map(Span::text).collect(Collectors.joining());
    }
}
