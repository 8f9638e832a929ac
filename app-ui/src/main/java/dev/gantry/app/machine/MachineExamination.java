package dev.gantry.app.machine;

import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressUnit;
import java.io.IOException;
import java.nio.file.Path;

/// Looks at this machine and measures it, for `gantry doctor` and for the window alike.
public final class MachineExamination implements Examiner {
    private static final int MEASUREMENTS = 3;

    private final MachineProbe probe = new MachineProbe();
    private final Path folder;

    /// @param folder whose disk is looked at; it need not be there yet
    public MachineExamination(Path folder) {
        this.folder = folder;
    }

    /// What it is made of, in less than a second.
    @Override
    public MachineParts look() throws IOException {
        return new MachineParts(
                probe.operatingSystem(),
                probe.cpu(),
                probe.memory(),
                probe.java(),
                probe.disk(folder),
                new LibraryProbe().probe(),
                new CudaProbe(folder, CudaFolder.kept(folder)).probe());
    }

    /// What it does in a second, in about three; nothing is left on the disk.
    @Override
    public MachineReport.Rates measure(Progress progress) throws IOException {
        try (var task = progress.start("measuring", MEASUREMENTS, ProgressUnit.ITEMS)) {
            var memory =
                    new MemoryRate(probe.cpu().logicalCores(), probe.memory().availableBytes());
            long copyBytesPerSecond = memory.copyBytesPerSecond();
            task.update(1);
            long readBytesPerSecond = memory.readBytesPerSecond();
            task.update(2);
            progress.throwIfCancelled();
            var disk = probe.diskRates(folder);
            task.update(MEASUREMENTS);
            return new MachineReport.Rates(
                    copyBytesPerSecond,
                    readBytesPerSecond,
                    (long) disk.write().queue().bytesPerSecond(),
                    (long) disk.read().queue().bytesPerSecond(),
                    disk.read().access().words());
        }
    }
}
