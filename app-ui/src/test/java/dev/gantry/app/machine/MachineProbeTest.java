package dev.gantry.app.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cuda.ComputeCapability;
import dev.gantry.engine.cuda.CudaDiscovery;
import dev.gantry.engine.cuda.CudaReport;
import dev.gantry.engine.cuda.CudaTier;
import dev.gantry.engine.cuda.LibrarySearch;
import dev.gantry.engine.device.DeviceChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineProbeTest {
    @Test
    void cudaProbe_saysWhichLibraryIsMissing_andCanBeAskedAgain() {
        var probe = new CudaProbe(
                new CudaDiscovery("libno-such-driver.so.1", new LibrarySearch(List.of())),
                List.of(),
                LinuxRelease.current());
        for (int i = 0; i < 2; i++) {
            var cuda = probe.probe();
            assertThat(cuda.gpus()).isEmpty();
            assertThat(cuda.tier()).isEqualTo(CudaTier.NONE);
            assertThat(cuda.detail()).contains("libno-such-driver.so.1");
            assertThat(cuda.libraries())
                    .extracting(MachineReport.CudaLibrary::state)
                    .containsExactly(CudaReport.State.MISSING);
        }
    }

    @Test
    void gpu_isNamed_asADeviceIsChosen() {
        var gpu = MachineReport.Gpu.of(new CudaReport.Card(1, "a card", 8L << 30, new ComputeCapability(7, 5)));

        assertThat(gpu).isEqualTo(new MachineReport.Gpu("cuda:1", "a card", 8L << 30, "7.5"));
        assertThat(DeviceChoice.parse(gpu.device())).contains(new DeviceChoice.Cuda(1));
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
