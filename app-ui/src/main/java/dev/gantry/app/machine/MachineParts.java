package dev.gantry.app.machine;

import java.util.List;

/// What this machine is made of, without what takes seconds to measure.
public record MachineParts(
        String operatingSystem,
        MachineReport.Cpu cpu,
        MachineReport.Memory memory,
        MachineReport.Java java,
        MachineReport.Disk disk,
        List<MachineReport.NativeLibrary> nativeLibraries,
        MachineReport.Cuda cuda) {

    public MachineParts {
        nativeLibraries = List.copyOf(nativeLibraries);
    }

    public MachineReport with(String gantryVersion, MachineReport.Rates rates) {
        return new MachineReport(gantryVersion, operatingSystem, cpu, memory, java, disk, nativeLibraries, rates, cuda);
    }
}
