package dev.gantry.lora.data.source;

import static dev.gantry.lora.data.source.Rows.fault;
import static dev.gantry.lora.data.source.Rows.read;
import static dev.gantry.lora.data.source.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableReaderTest {
    @TempDir
    Path folder;

    @Test
    void quotesLineBreaksAndMarks_areUnderstood() throws IOException {
        String text = "\uFEFFq,a\r\n\"one, \"\"two\"\"\",\"first\r\nsecond\"\r\n\r\nthree,four\r\n";
        List<RowResult> rows = read(Rows.file(folder, "a.csv", text));
        assertThat(rows).hasSize(2);
        assertThat(row(rows.get(0)).value().get("q").asString()).isEqualTo("one, \"two\"");
        assertThat(row(rows.get(0)).value().get("a").asString()).isEqualTo("first\nsecond");
        assertThat(row(rows.get(0)).at().number()).isEqualTo(2);
        assertThat(row(rows.get(1)).at().number()).isEqualTo(5);
    }

    @Test
    void theDelimiter_isTakenFromTheHeader() throws IOException {
        List<RowResult> rows = read(Rows.file(folder, "a.csv", "q;a\none, two;three\n"));
        assertThat(row(rows.getFirst()).value().get("q").asString()).isEqualTo("one, two");
    }

    @Test
    void faults_whenColumnsAreTooManyOrTooFew() throws IOException {
        List<RowResult> rows = read(Rows.file(folder, "a.tsv", "q\ta\n1\t2\t3\n1\n1\t2\n"));
        assertThat(fault(rows.get(0)).message()).isEqualTo("expected 2 columns as in the header, found 3");
        assertThat(fault(rows.get(1)).at().number()).isEqualTo(3);
        assertThat(rows.get(2)).isInstanceOf(RowResult.Row.class);
    }

    @Test
    void onlyTheLineIsLost_whenTextFollowsAClosingQuote() throws IOException {
        List<RowResult> rows = read(Rows.file(folder, "a.csv", "q,a\n\"x\" y,z\n1,2\n"));
        assertThat(rows).hasSize(2);
        assertThat(fault(rows.get(0)).at().number()).isEqualTo(2);
        assertThat(fault(rows.get(0)).excerpt()).contains("\"x\" y,z");
        assertThat(row(rows.get(1)).value().get("a").asString()).isEqualTo("2");
    }

    @Test
    void faultNamesTheStart_whenAQuoteIsNeverClosed() throws IOException {
        List<RowResult> rows = read(Rows.file(folder, "a.csv", "q,a\n1,2\n\"x,y\n1,2\n"));
        assertThat(rows).hasSize(2);
        assertThat(fault(rows.get(1)).at().number()).isEqualTo(3);
        assertThat(fault(rows.get(1)).message()).contains("never closed");
    }

    @Test
    void memoryStaysBounded_whenAnOpenQuoteSwallowsALongFile() throws IOException {
        List<RowResult> rows = read(Rows.file(folder, "a.csv", "q,a\n\"x,y\n" + "1,2\n".repeat(5000)));
        assertThat(fault(rows.getFirst()).kind()).isEqualTo(FaultKind.TOO_LARGE);
        assertThat(fault(rows.getFirst()).at().number()).isEqualTo(2);
    }

    @Test
    void fault_whenTheHeaderNamesAColumnTwice() throws IOException {
        List<RowResult> rows = read(Rows.file(folder, "a.csv", "q,q\n1,2\n"));
        assertThat(fault(rows.getFirst()).message()).contains("twice");
    }

    @Test
    void lineNumbersStayRight_whenALineIsNotText() throws IOException {
        List<RowResult> rows = read(Rows.file(folder, "a.csv", "q,a\n1\0,2\n3,4\n"));
        assertThat(fault(rows.get(0)).kind()).isEqualTo(FaultKind.BAD_ENCODING);
        assertThat(row(rows.get(1)).at().number()).isEqualTo(3);
    }
}
