package dev.gantry.lora.data.source;

import static dev.gantry.lora.data.source.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextReaderTest {
    @TempDir
    Path folder;

    @Test
    void blankLinesPartDocuments_whenAskedTo() throws IOException {
        Path file = Rows.file(folder, "a.txt", "one\ntwo\n\n\n  \nthree\n");
        List<RowResult> rows = Rows.read(RowSource.of(file, null, TextDocuments.BLANK_LINE, Rows.SMALL));
        assertThat(rows).hasSize(2);
        assertThat(row(rows.get(0)).value().get("text").asString()).isEqualTo("one\ntwo");
        assertThat(row(rows.get(1)).at().number()).isEqualTo(6);
    }

    @Test
    void theWholeFileIsOneDocument_inPiecesThatJoinToIt() throws IOException {
        String text = "a line of text, not very long\n\n".repeat(30_000);
        List<RowResult> rows = Rows.read(Rows.file(folder, "a.txt", text));
        assertThat(rows).hasSizeGreaterThan(2);
        StringBuilder joined = new StringBuilder();
        for (RowResult result : rows) {
            joined.append(row(result).value().get("text").asString());
        }
        assertThat(joined.toString()).isEqualTo(text);
        assertThat(row(rows.getFirst()).value().has("continues")).isTrue();
        assertThat(row(rows.getLast()).value().has("continues")).isFalse();
    }
}
