package dev.gantry.lora.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.MaskPreview.Learning;
import dev.gantry.lora.data.MaskPreview.Segment;
import dev.gantry.lora.data.example.DataFormat;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.source.FileKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetInspectorTest {
    @TempDir
    Path folder;

    @Test
    void inspectionShowsFormatFaultsLengthsAndMask() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), """
                {"instruction":"hi","input":"","output":"yo"}
                {"instruction":"hi","input":""}
                {"instruction":"hello you","input":"","output":"yes"}
                """);
        DataInspection inspection = DatasetInspector.inspect(DataRequest.of(file), Fakes.target(10), Progress.silent());
        assertThat(inspection.kind()).isEqualTo(FileKind.JSONL);
        assertThat(inspection.format()).isEqualTo(DataFormat.ALPACA);
        assertThat(inspection.report().rows()).isEqualTo(3);
        assertThat(inspection.report().examples()).isEqualTo(2);
        assertThat(inspection.report().count(FaultKind.MISSING_FIELD)).isEqualTo(1);
        DataInspection.TokenView tokens = Objects.requireNonNull(inspection.tokens());
        assertThat(tokens.histogram().max()).isEqualTo(16);
        assertThat(tokens.overLongRows()).isEqualTo(1);
        assertThat(tokens.suggestedMaxTokens()).isEqualTo(10);
        assertThat(tokens.previews().getFirst().segments())
                .containsExactly(new Segment("[hi](", 5, Learning.READ_ONLY), new Segment("yo)", 3, Learning.LEARNED));
    }

    @Test
    void inspectionWorksWithoutAModel() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "some text\n");
        DataInspection inspection = DatasetInspector.inspect(DataRequest.of(file));
        assertThat(inspection.tokens()).isNull();
        assertThat(inspection.firstExamples()).hasSize(1);
    }
}
