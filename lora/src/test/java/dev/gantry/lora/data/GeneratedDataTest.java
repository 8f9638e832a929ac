package dev.gantry.lora.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.data.source.FaultKind;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedDataTest {
    @TempDir
    Path folder;

    @Test
    void everyFaultOfALongFile_isCountedAndTheFirstOnesNamed() throws IOException {
        Path file = folder.resolve("long.jsonl");
        ValidationTiming.generate(file, 20_000);
        DataInspection inspection = DatasetInspector.inspect(DataRequest.of(file));
        assertThat(inspection.report().rows()).isEqualTo(20_000);
        assertThat(inspection.report().count(FaultKind.BAD_JSON)).isEqualTo(10);
        assertThat(inspection.report().count(FaultKind.EMPTY_ANSWER)).isEqualTo(10);
        assertThat(inspection.report().firstFaults().getFirst().at().number()).isEqualTo(1000);
        assertThat(inspection.report().firstFaults().get(1).at().number()).isEqualTo(2000);
    }
}
