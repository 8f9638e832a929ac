package dev.gantry.offload.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskProbeTest {
    @TempDir
    private Path folder;

    @Test
    void bothDirections_areMeasured_andNothingIsLeft() throws IOException {
        var rates = new DiskProbe(Duration.ofMillis(5), 1).measure(folder, 64 << 20);

        for (DiskRate rate : new DiskRate[] {rates.read(), rates.write()}) {
            assertThat(rate.best().bytesPerSecond()).isPositive();
            assertThat(rate.queue().bytesPerSecond()).isPositive();
            assertThat(rate.queue().inFlight()).isEqualTo(IoQueue.IN_FLIGHT);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void existingFile_isOnlyRead() throws IOException {
        Path file = Files.write(folder.resolve("model"), new byte[64 << 20]);
        FileIdentity before = FileIdentity.of(file);

        DiskRate rate = new DiskProbe(Duration.ofMillis(5), 1).measureReading(file);

        assertThat(rate.share()).isPositive();
        before.check();
    }

    @Test
    void tooSmallFile_isRefused() throws IOException {
        Path file = Files.write(folder.resolve("model"), new byte[1000]);

        assertThatThrownBy(() -> new DiskProbe().measureReading(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only 1000 bytes");
    }
}
