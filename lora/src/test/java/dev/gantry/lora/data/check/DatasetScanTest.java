package dev.gantry.lora.data.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.example.DataFormat;
import dev.gantry.lora.data.example.Example;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.source.RowSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetScanTest {
    @TempDir
    Path folder;

    @Test
    void reportCountsEveryKind_andNamesLines() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), """
                {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}
                {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}
                {"messages":[{"role":"user","content":"q"}]}
                {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":" \\u200b"}]}
                {"messages":[{"role":"user","content":"q"},{"role":"user","content":"r"},{"role":"assistant","content":"a"}]}
                {"messages":[
                {"other":1}
                """);
        List<Example> examples = new ArrayList<>();
        ValidationReport report = scan(file, 50, examples);
        assertThat(report.rows()).isEqualTo(7);
        assertThat(report.examples()).isEqualTo(3);
        assertThat(examples).hasSize(3);
        assertThat(report.count(FaultKind.DUPLICATE)).isEqualTo(1);
        assertThat(report.count(FaultKind.NO_ASSISTANT_TURN)).isEqualTo(1);
        assertThat(report.count(FaultKind.EMPTY_ANSWER)).isEqualTo(1);
        assertThat(report.count(FaultKind.REPEATED_ROLE)).isEqualTo(1);
        assertThat(report.count(FaultKind.BAD_JSON)).isEqualTo(1);
        assertThat(report.count(FaultKind.MISSING_FIELD)).isEqualTo(1);
        assertThat(report.unusable()).isEqualTo(4);
        assertThat(report.firstFaults().get(1).at()).hasToString("a.jsonl line 3");
        assertThat(report.summary()).contains("1 bad JSON").contains("1 duplicate");
    }

    @Test
    void onlyTheFirstFaultsAreKept_whenThereAreMany() throws IOException {
        String good = "{\"text\":\"t\"}\n";
        Path file = Files.writeString(folder.resolve("a.jsonl"), good + "{\"bad\n".repeat(500));
        ValidationReport report = scan(file, 50, new ArrayList<>());
        assertThat(report.firstFaults()).hasSize(50);
        assertThat(report.count(FaultKind.BAD_JSON)).isEqualTo(500);
    }

    @Test
    void refusalShowsTheFirstFault_whenNoRowCanBeRead() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"bad\n{\"bad\n");
        assertThatThrownBy(() -> scan(file, 50, new ArrayList<>())).hasMessageContaining("a.jsonl line 1, column");
    }

    @Test
    void formatIsKnownBeforeThePass() throws IOException {
        Path file = Files.writeString(folder.resolve("a.csv"), "Question,Answer\nq,a\n");
        DatasetScan scan = DatasetScan.of(RowSource.of(file), null, new FaultCollector(5));
        assertThat(scan.format().format()).isEqualTo(DataFormat.COLUMNS);
        assertThat(scan.format().parts()).containsEntry("user", "Question").containsEntry("assistant", "Answer");
    }

    private static ValidationReport scan(Path file, int keep, List<Example> into) throws IOException {
        return DatasetScan.of(RowSource.of(file), null, new FaultCollector(keep))
                .run((example, row) -> into.add(example), Progress.silent());
    }
}
