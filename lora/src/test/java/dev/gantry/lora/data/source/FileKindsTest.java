package dev.gantry.lora.data.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
