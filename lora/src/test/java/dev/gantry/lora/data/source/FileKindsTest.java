package dev.gantry.lora.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileKindsTest {
    @TempDir
    Path folder;

    @Test
    void refusal_whenTheFileIsUtf16() throws IOException {
        Path file = Files.write(folder.resolve("a.csv"), "\uFEFFq,a\n".getBytes(StandardCharsets.UTF_16LE));
        assertThatThrownBy(() -> RowSource.of(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("UTF-16");
    }

    @Test
    void refusal_whenTheFileIsAnArchiveEmptyAbsentOrAFolder() throws IOException {
        Path archive = Files.write(folder.resolve("a.jsonl"), new byte[] {0x1F, (byte) 0x8B, 8, 0});
        Path empty = Files.write(folder.resolve("b.jsonl"), new byte[0]);
        assertThatThrownBy(() -> RowSource.of(archive)).hasMessageContaining("archive");
        assertThatThrownBy(() -> RowSource.of(empty)).hasMessageContaining("it is empty");
        assertThatThrownBy(() -> RowSource.of(folder)).hasMessageContaining("it is a folder");
        assertThatThrownBy(() -> RowSource.of(folder.resolve("none"))).hasMessageContaining("no such file");
    }

    @ParameterizedTest
    @CsvSource({
        "89504E470D0A1A0A, a PNG picture",
        "FFD8FFE0, a JPEG picture",
        "2550444600000102, a PDF document",
        "B8000000000000007B22, a model's weights (safetensors)",
        "80028A0A, a Python pickle",
        "FD377A585A00, an xz archive",
        "4142000143000244, a binary file of an unknown kind",
    })
    void refusal_saysWhatABinaryFileIs(String hex, String kind) throws IOException {
        Path file = Files.write(folder.resolve("a.jsonl"), HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> RowSource.of(file)).hasMessageContaining("it is " + kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GIF8 is how pictures begin", "ID3, or so", "a\tb\r\n\f", "BZh\n", "Über ftyp"})
    void textThatBeginsLikeABinaryFile_isText(String text) throws IOException {
        assertThat(RowSource.of(Files.writeString(folder.resolve("a.txt"), text))
                        .kind())
                .isEqualTo(FileKind.TEXT);
    }

    @Test
    void refusal_whenItIsAPipe_insteadOfWaiting() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe.jsonl");
        boolean made;
        try {
            made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
        } catch (IOException _) {
            made = false;
        }
        assumeTrue(made, "this system has no mkfifo");
        assertThatThrownBy(() -> RowSource.of(pipe)).hasMessageContaining("it is a pipe or a device");
    }
}
