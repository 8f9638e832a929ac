package dev.gantry.engine.device;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cuda.CudaCards;
import dev.gantry.engine.cuda.CudaDiscovery;
import dev.gantry.engine.cuda.LibrarySearch;
import dev.gantry.engine.device.DeviceChoice.Auto;
import dev.gantry.engine.device.DeviceChoice.Cpu;
import dev.gantry.engine.device.DeviceChoice.Cuda;
import dev.gantry.engine.pass.ComputeType;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/// The devices of this machine: its processor and its NVIDIA cards. Cards are looked for when one may be wanted.
public final class MachineDevices implements Devices {
    private final CudaCards cards;

    /// @param home Gantry's folder, which keeps compiled kernels
    /// @param search where CUDA's libraries are looked for
    public MachineDevices(Path home, LibrarySearch search) {
        this(new CudaCards(new CudaDiscovery(search), home.resolve("cache").resolve("kernels")));
    }

    public MachineDevices(CudaCards cards) {
        this.cards = cards;
    }

    @Override
    public DeviceChoice settle(DeviceChoice choice) {
        return settle(choice, 1);
    }

    @Override
    public DeviceChoice settle(DeviceChoice choice, int ranks) {
        return switch (choice) {
            case Auto _ -> {
                OptionalInt card = cards.firstUsable(ranks);
                yield card.isPresent() ? new Cuda(card.getAsInt()) : DeviceChoice.cpu();
            }
            case Cpu _, Cuda _ -> choice;
        };
    }

    @Override
    public ComputeType computeType(DeviceChoice device, int ranks) {
        return switch (device) {
            case Cuda(int first) when cards.lackBf16(first, ranks) -> ComputeType.F16;
            case Auto _, Cpu _, Cuda _ -> ComputeType.F32;
        };
    }

    @Override
    public Backend open(DeviceChoice choice, int threads) {
        return switch (settle(choice)) {
            case Auto _ -> throw new IllegalStateException("a choice that is settled names a device");
            case Cpu _ -> new CpuBackend(threads);
            case Cuda(int ordinal) -> cards.open(ordinal);
        };
    }

    @Override
    public RankDevices together(DeviceChoice choice, List<Integer> threads) {
        return switch (settle(choice, threads.size())) {
            case Auto _ -> throw new IllegalStateException("a choice that is settled names a device");
            case Cpu cpu -> Devices.super.together(cpu, threads);
            case Cuda(int first) -> cards.together(first, threads.size());
        };
    }
}
