package dev.gantry.app.machine;

import dev.gantry.engine.cuda.CudaDiscovery;
import dev.gantry.engine.cuda.CudaReport;
import dev.gantry.engine.cuda.CudaVersion;
import dev.gantry.engine.cuda.LibrarySearch;
import java.nio.file.Path;

/// What the engine's discovery finds of CUDA, as the doctor and the Hardware screen show it; never fails.
final class CudaProbe {
    private final CudaDiscovery discovery;

    /// @param home Gantry's folder, which may hold CUDA's libraries
    CudaProbe(Path home) {
        this(new CudaDiscovery(LibrarySearch.usual(home, System.getenv(), Path.of("/"))));
    }

    CudaProbe(CudaDiscovery discovery) {
        this.discovery = discovery;
    }

    MachineReport.Cuda probe() {
        CudaReport report = discovery.look();
        CudaVersion driver = report.driver();
        return new MachineReport.Cuda(
                driver == null ? 0 : driver.number(),
                report.tier(),
                report.cards().stream()
                        .map(card -> new MachineReport.Gpu(
                                card.name(),
                                card.memoryBytes(),
                                card.capability().toString()))
                        .toList(),
                report.detail(),
                report.parts().stream()
                        .map(part ->
                                new MachineReport.CudaLibrary(part.name(), part.state(), part.version(), part.detail()))
                        .toList());
    }
}
