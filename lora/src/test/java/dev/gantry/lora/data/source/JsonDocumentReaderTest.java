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

class JsonDocumentReaderTest {
    @TempDir
    Path folder;

    @Test
    void rowsOfAnArray_carryTheLineTheyStartOn() throws IOException {
        Path file = Rows.file(
                folder, "a.json", "\uFEFF[\r\n{\r\n\"a\": 1, \"b\": [true, null, NaN]},\r\n{\"a\": 2}\r\n]\r\n\r\n");
        List<RowResult> rows = read(file);
        assertThat(rows).hasSize(2);
        assertThat(row(rows.get(0)).at().number()).isEqualTo(2);
        assertThat(row(rows.get(1)).at().number()).isEqualTo(4);
        assertThat(row(rows.get(0)).value().get("b").size()).isEqualTo(3);
    }

    @Test
    void rowsAreFound_whenAnObjectWrapsThem() throws IOException {
        Path file = Rows.file(folder, "a.json", "{\"version\": \"1\",\n \"data\": [{\"a\": 1}, {\"a\": 2}]}");
        assertThat(read(file)).hasSize(2);
    }

    @Test
    void theObjectIsTheOnlyRow_whenItWrapsNothing() throws IOException {
        Path file = Rows.file(folder, "a.json", "{\n\"text\": \"x\"\n}");
        assertThat(row(read(file).getFirst()).value().get("text").asString()).isEqualTo("x");
    }

    @Test
    void goodRowsComeFirst_thenTheFaultWithItsPlace_whenTheArrayIsCutOff() throws IOException {
        Path file = Rows.file(folder, "a.json", "[{\"a\": 1},\n {\"a\": 2},\n {\"a\": ");
        List<RowResult> rows = read(file);
        assertThat(rows).hasSize(3);
        assertThat(fault(rows.get(2)).at().number()).isEqualTo(3);
        assertThat(fault(rows.get(2)).message()).contains("not read");
        assertThat(fault(rows.get(2)).excerpt()).contains("{\"a\":");
    }

    @Test
    void aRowThatIsTooLarge_isPassedOver() throws IOException {
        String many = "{\"a\": [" + "1,".repeat(2000) + "1]}";
        Path file = Rows.file(folder, "a.json", "[{\"a\": 1},\n" + many + ",\n{\"a\": 3}]");
        List<RowResult> rows = read(file);
        assertThat(rows).hasSize(3);
        assertThat(fault(rows.get(1)).kind()).isEqualTo(FaultKind.TOO_LARGE);
        assertThat(fault(rows.get(1)).at().number()).isEqualTo(2);
        assertThat(row(rows.get(2)).value().get("a").asInt()).isEqualTo(3);
    }

    @Test
    void aRowOfTooManyValues_isPassedOver() throws IOException {
        Path file = Rows.file(folder, "a.json", "[[" + "1,".repeat(320) + "1], {\"a\": 3}]");
        List<RowResult> rows = read(file);
        assertThat(fault(rows.get(0)).message()).contains("300 values");
        assertThat(row(rows.get(1)).value().get("a").asInt()).isEqualTo(3);
    }

    @Test
    void fault_whenNestingIsVeryDeep() throws IOException {
        Path file = Rows.file(folder, "a.json", "[".repeat(100_000));
        List<RowResult> rows = read(file);
        assertThat(fault(rows.getLast()).message()).contains("nesting depth");
    }

    @Test
    void linesAreRead_whenTheFileNamedJsonHoldsOneObjectALine() throws IOException {
        Path file = Rows.file(folder, "a.json", "{\"a\": 1}\n{\"a\": 2}\n");
        assertThat(RowSource.of(file).kind()).isEqualTo(FileKind.JSONL);
        assertThat(read(file)).hasSize(2);
    }

    @Test
    void theArrayIsRead_whenTheFileNamedJsonlHoldsOne() throws IOException {
        Path file = Rows.file(folder, "a.jsonl", "[\n{\"a\": 1},\n{\"a\": 2}\n]\n");
        assertThat(read(file)).hasSize(2);
    }
}
