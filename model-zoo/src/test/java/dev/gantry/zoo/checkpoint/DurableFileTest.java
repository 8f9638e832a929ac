package dev.gantry.zoo.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    @TempDir
    Path folder;

    /// What the JDK throws when a disk is full says neither which file nor which disk.
    @Test
    void fullDisk_isNamedByTheFile_andLeavesWhatWasThere() throws IOException {
        Path file = folder.resolve("settings.json");
        DurableFile.write(file, "old");

        assertThatThrownBy(() -> DurableFile.write(file, channel -> {
                    channel.write(ByteBuffer.allocate(10));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(file + ": No space left on device");
        assertThat(folder.toFile().listFiles()).containsExactly(file.toFile());
        assertThat(file).hasContent("old");
    }
}
