package dev.gantry.app.machine;

import dev.gantry.engine.cuda.CudaDiscovery;
import dev.gantry.engine.cuda.CudaReport;
import dev.gantry.engine.cuda.CudaVersion;
import dev.gantry.engine.cuda.LibrarySearch;
import dev.gantry.engine.device.Devices;
import dev.gantry.engine.device.MachineDevices;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What the engine's discovery finds of CUDA, as the doctor, the Hardware and the Settings screen show it; never fails.
public final class CudaProbe {
    private final CudaDiscovery discovery;
    private final List<CudaFolder> named;
    private final CudaPackages packages;

    /// @param home Gantry's folder, which may hold CUDA's libraries
    /// @param setting the folder of [CudaFolder#SETTING]; blank for none
    public CudaProbe(Path home, String setting) {
        this(
                new CudaDiscovery(search(home, setting)),
                CudaFolder.named(System.getenv(), setting),
                LinuxRelease.current());
    }

    CudaProbe(CudaDiscovery discovery, List<CudaFolder> named, LinuxRelease system) {
        this.discovery = discovery;
        this.named = named;
        this.packages = new CudaPackages(system);
    }

    /// The processor and the cards of this machine, for whoever computes; what was found of CUDA is kept with them.
    public static Devices devices(Path home) {
        return new MachineDevices(home, search(home));
    }

    /// Where CUDA's libraries are looked for: as the environment says, as the settings of `home` say, the usual places.
    static LibrarySearch search(Path home) {
        return search(home, CudaFolder.kept(home));
    }

    private static LibrarySearch search(Path home, String setting) {
        List<Path> chosen = CudaFolder.named(Map.of(), setting).stream()
                .map(CudaFolder::path)
                .filter(Objects::nonNull)
                .toList();
        return LibrarySearch.usual(home, chosen, System.getenv(), Path.of("/"));
    }

    public MachineReport.Cuda probe() {
        CudaReport report = discovery.look();
        CudaVersion driver = report.driver();
        return new MachineReport.Cuda(
                driver == null ? 0 : driver.number(),
                report.tier(),
                report.cards().stream().map(MachineReport.Gpu::of).toList(),
                report.detail(),
                report.parts().stream()
                        .map(part ->
                                new MachineReport.CudaLibrary(part.name(), part.state(), part.version(), part.detail()))
                        .toList(),
                named,
                packages.offers(report));
    }
}
