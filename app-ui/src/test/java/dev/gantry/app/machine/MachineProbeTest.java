package dev.gantry.app.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineProbeTest {
    @Test
    void cudaProbe_saysWhichLibraryIsMissing_andCanBeAskedAgain() {
        var probe = new CudaProbe();
        for (int i = 0; i < 2; i++) {
            var cuda = probe.probe("libno-such-driver.so.1");
            assertThat(cuda.gpus()).isEmpty();
            assertThat(cuda.detail()).contains("libno-such-driver.so.1");
        }
    }

    @Test
    void disk_isFoundUnderAFolder_thatIsNotThereYet(@TempDir Path folder) throws IOException {
        var disk = new MachineProbe().disk(folder.resolve("a/b/c"));

        assertThat(disk.totalBytes()).isPositive();
        assertThat(disk.freeBytes()).isBetween(0L, disk.totalBytes());
    }

    @Test
    void diskRates_areMeasuredUnderAFolder_thatIsNotThereYet(@TempDir Path folder) throws IOException {
        var rates = new MachineProbe().diskRates(folder.resolve("a/b"));

        assertThat(rates.write().queue().bytesPerSecond()).isPositive();
        assertThat(rates.read().queue().bytesPerSecond()).isPositive();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void memory_neverHasMoreAvailableThanInTotal() throws IOException {
        var memory = new MachineProbe().memory();

        assertThat(memory.availableBytes()).isBetween(1L, memory.totalBytes());
    }
}
