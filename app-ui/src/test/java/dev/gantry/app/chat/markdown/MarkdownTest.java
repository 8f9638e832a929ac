package dev.gantry.app.chat.markdown;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.chat.markdown.Block.Place;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MarkdownTest {
    private static final Span BOLD = new Span("b", true, false, false, false, "");

    private static List<Block> read(String... lines) {
        return Markdown.read(String.join("\n", lines));
    }

    @Test
    void words_areMarkedAsTheyLook_andLineEndsStay() {
        assertThat(read("a **b** *i* `c`", "next"))
                .containsExactly(new Block.Paragraph(
                        Place.TOP,
                        List.of(
                                Span.plain("a "),
                                BOLD,
                                Span.plain(" "),
                                new Span("i", false, true, false, false, ""),
                                Span.plain(" "),
                                new Span("c", false, false, true, false, ""),
                                Span.plain("\nnext"))));
    }

    @Test
    void lists_knowTheirMarkerAndDepth_alsoWithinEachOther() {
        List<Block> blocks = read("3. one", "   more", "4. two", "   - inner", "", "     second", "> quoted");

        assertThat(blocks.stream().map(Block::place))
                .containsExactly(
                        new Place(1, "3.", 0),
                        new Place(1, "4.", 0),
                        new Place(2, "•", 0),
                        new Place(2, "", 0),
                        new Place(0, "", 1));
    }

    @Test
    void code_keepsEveryCharacter_andItsLanguage() {
        assertThat(read("```java run", "  int x = 1; // <b>", "```"))
                .containsExactly(
                        new Block.Code(Place.TOP, "java", "  int x = 1; // <b>", "  int x = 1; // <b>", true, true));
    }

    @Test
    void unfinishedCode_isCodeAlready() {
        assertThat(read("so:", "```", "half a li"))
                .last()
                .isEqualTo(new Block.Code(Place.TOP, "", "half a li", "half a li", true, true));
    }

    @Test
    void tables_haveRowsOfCells() {
        List<Block> blocks = read("| x | y |", "|---|---|", "| 1 | **b** |");

        assertThat(blocks).singleElement().isInstanceOfSatisfying(Block.Table.class, table -> {
            assertThat(table.headed()).isTrue();
            assertThat(table.text()).isEqualTo("x | y\n1 | b");
            assertThat(table.rows().get(1).get(1)).containsExactly(BOLD);
        });
    }

    @Test
    void pictures_links_andHtml_areWords_thatLoadNothing() {
        List<Span> spans = read("![a cat](http://x/cat.png) [here](http://y) <img src=z>").stream()
                .map(Block.Paragraph.class::cast)
                .flatMap(paragraph -> paragraph.spans().stream())
                .toList();

        assertThat(spans)
                .containsExactly(
                        new Span("a cat", false, false, false, false, "http://x/cat.png"),
                        Span.plain(" "),
                        new Span("here", false, false, false, false, "http://y"),
                        Span.plain(" <img src=z>"));
        assertThat(read("<script>alert(1)</script>"))
                .singleElement()
                .extracting(Block::text)
                .asString()
                .contains("<script>");
    }

    @Test
    void longParagraphs_andLongCode_comeInPieces_withNothingLost() {
        String words = "word ".repeat(3000).strip();
        List<Block> paragraph = Markdown.read(words);
        assertThat(paragraph)
                .hasSizeGreaterThan(5)
                .allMatch(block -> block.text().length() <= 2000);
        assertThat(paragraph.stream().map(Block::text).collect(Collectors.joining()))
                .isEqualTo(words);

        String lines = "line\n".repeat(200).strip();
        List<Block> code = Markdown.read("```\n" + lines + "\n```");
        assertThat(code)
                .hasSize(5)
                .allMatch(block -> ((Block.Code) block).whole().equals(lines));
        assertThat(code.stream().map(Block::text).collect(Collectors.joining("\n")))
                .isEqualTo(lines);
        assertThat(Markdown.read("漢".repeat(5000)).stream()
                        .mapToInt(block -> block.text().length())
                        .sum())
                .isEqualTo(5000);
    }

    @Test
    void hostileNesting_isReadWithoutFailing() {
        assertThat(Markdown.read(">".repeat(20_000) + " deep")).isNotEmpty();
        assertThat(Markdown.read("*".repeat(9000) + "x" + "*".repeat(9000)).toString())
                .contains("x");
        assertThat(Markdown.read("*a ".repeat(3000) + "a* ".repeat(3000))).isNotEmpty();
        assertThat(Markdown.read("![".repeat(3000) + "x" + "](y)".repeat(3000))).isNotEmpty();
        assertThat(Markdown.read("*a ".repeat(400) + "a* ".repeat(400))).isNotEmpty();
        assertThat(Markdown.read("[".repeat(5000) + "x" + "](y)".repeat(5000))).isNotEmpty();
        assertThat(Markdown.read("- ".repeat(3000) + "x")).isNotEmpty();
    }

    @Test
    void nothing_isNoBlock() {
        assertThat(Markdown.read("")).isEmpty();
    }
}
