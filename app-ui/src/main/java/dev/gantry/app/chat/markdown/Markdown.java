package dev.gantry.app.chat.markdown;

import java.util.List;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;

/// Reads CommonMark with tables.
public final class Markdown {
    /// Blocks within blocks; a hostile text nests thousands.
    private static final int DEEPEST = 40;

    private static final int MOST_MARKS = 1000;

    private static final Parser PARSER = Parser.builder()
            .extensions(List.of(TablesExtension.create()))
            .maxOpenBlockParsers(DEEPEST)
            .build();

    private Markdown() {}

    /// The blocks of a text, in the order they are read. Any text is Markdown; HTML in it is plain text.
    public static List<Block> read(String text) {
        if (isTangled(text)) {
            return LongText.pieces(List.of(Span.plain(text))).stream()
                    .<Block>map(piece -> new Block.Paragraph(Block.Place.TOP, piece))
                    .toList();
        }
        BlockCollector collector = new BlockCollector();
        PARSER.parse(text).accept(collector);
        return collector.blocks();
    }

    /// Whether a paragraph has so many marks that they could nest deeper than the parser's stack; no person writes so.
    private static boolean isTangled(String text) {
        int marks = 0;
        char before = '\n';
        for (int i = 0; i < text.length(); i++) {
            char now = text.charAt(i);
            if (now == '\n' && before == '\n') {
                marks = 0;
            } else if (now == '*' || now == '[' || (now == '_' && !Character.isLetterOrDigit(before))) {
                marks++;
            }
            if (marks > MOST_MARKS) {
                return true;
            }
            before = now;
        }
        return false;
    }
}
