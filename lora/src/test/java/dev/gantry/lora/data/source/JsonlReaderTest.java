package dev.gantry.lora.data.source;

import static dev.gantry.lora.data.source.Rows.fault;
import static dev.gantry.lora.data.source.Rows.read;
import static dev.gantry.lora.data.source.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonlReaderTest {
    @TempDir
    Path folder;

    @Test
    void rowsCarryTheirLine_whenMarkCarriageReturnsAndBlankLinesArePresent() throws IOException {
        Path file = Rows.file(folder, "a.jsonl", "\uFEFF{\"text\":\"one\"}\r\n\r\n{\"text\":\"two\"}\r\n\n\n");
        List<RowResult> rows = read(file);
        assertThat(rows).hasSize(2);
        assertThat(row(rows.get(0)).at()).hasToString("a.jsonl line 1");
        assertThat(row(rows.get(1)).at()).hasToString("a.jsonl line 3");
        assertThat(row(rows.get(1)).value().get("text").asString()).isEqualTo("two");
    }

    @Test
    void faultNamesLineAndColumn_andReadingGoesOn_whenALineIsBadJson() throws IOException {
        Path file = Rows.file(folder, "a.jsonl", "{\"text\":\"one\"}\n{\"text\" \"two\"}\n{\"text\":\"three\"}\n");
        List<RowResult> rows = read(file);
        assertThat(rows).hasSize(3);
        Fault fault = fault(rows.get(1));
        assertThat(fault.kind()).isEqualTo(FaultKind.BAD_JSON);
        assertThat(fault.at().number()).isEqualTo(2);
        assertThat(fault.at().column()).isEqualTo(9);
        assertThat(fault.message()).contains("expecting a colon");
        assertThat(fault.excerpt()).isEqualTo("{\"text\" \"two\"}");
    }

    @Test
    void fault_whenALineHoldsTwoValues() throws IOException {
        Path file = Rows.file(folder, "a.jsonl", "{\"a\":1}\n{\"a\":1} {\"a\":2}\n");
        assertThat(fault(read(file).get(1)).message()).contains("end of the line");
    }

    @Test
    void faultNamesTheColumn_whenBytesAreNotUtf8() throws IOException {
        Path file = folder.resolve("a.jsonl");
        byte[] bytes = "{\"text\":\"caf?\"}\n{\"text\":\"\uFFFD is fine\"}\n".getBytes(StandardCharsets.UTF_8);
        bytes[12] = (byte) 0xE9;
        Files.write(file, bytes);
        List<RowResult> rows = read(file);
        assertThat(fault(rows.get(0)).kind()).isEqualTo(FaultKind.BAD_ENCODING);
        assertThat(fault(rows.get(0)).at().column()).isEqualTo(13);
        assertThat(row(rows.get(1)).value().get("text").asString()).isEqualTo("\uFFFD is fine");
    }

    @Test
    void faults_whenNulsOrDeepNestingArePresent() throws IOException {
        Path file = Rows.file(folder, "a.jsonl", "{\"a\":\"\0\"}\n" + "[".repeat(900) + "\n{\"a\":1}\n");
        List<RowResult> rows = read(file);
        assertThat(fault(rows.get(0)).message()).contains("NUL");
        assertThat(fault(rows.get(1)).message()).contains("nesting depth");
        assertThat(row(rows.get(2)).at().number()).isEqualTo(3);
    }

    @Test
    void fault_whenALineHoldsTooManyValues() throws IOException {
        Path file = folder.resolve("a.jsonl");
        Files.writeString(file, "{\"a\":[" + "0,".repeat(400) + "0]}\n{\"a\":1}\n");
        RowSource source =
                RowSource.of(file, FileKind.JSONL, TextDocuments.WHOLE_FILE, new ReadLimits(10_000, 100, 20));
        List<RowResult> rows = read(source);
        assertThat(fault(rows.get(0)).message()).contains("Token count");
        assertThat(rows.get(1)).isInstanceOf(RowResult.Row.class);
    }

    @Test
    void memoryStaysBounded_whenOneLineIsHuge() throws IOException {
        Path file = folder.resolve("huge.jsonl");
        byte[] block = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write("{\"text\":\"".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 40; i++) {
                out.write(block);
            }
            out.write("\"}\n{\"text\":\"next\"}\n".getBytes(StandardCharsets.UTF_8));
        }
        List<RowResult> rows = read(file);
        assertThat(rows).hasSize(2);
        assertThat(fault(rows.get(0)).kind()).isEqualTo(FaultKind.TOO_LARGE);
        assertThat(fault(rows.get(0)).excerpt()).hasSize(Fault.EXCERPT_CHARACTERS);
        assertThat(row(rows.get(1)).at().number()).isEqualTo(2);
    }
}
