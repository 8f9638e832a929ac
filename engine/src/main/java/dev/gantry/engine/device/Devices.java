package dev.gantry.engine.device;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.device.DeviceChoice.Auto;
import dev.gantry.engine.device.DeviceChoice.Cpu;
import dev.gantry.engine.device.DeviceChoice.Cuda;
import dev.gantry.engine.pass.ComputeType;
import java.util.List;

/// Opens what computes.
@FunctionalInterface
public interface Devices {
    /// The processor, whatever is chosen.
    Devices PROCESSOR = (_, threads) -> new CpuBackend(threads);

    /// Opens a device; the caller closes it.
    ///
    /// @param threads of the processor that compute, or work beside a card
    /// @throws dev.gantry.engine.GantryException when the device that was asked for cannot be used
    Backend open(DeviceChoice choice, int threads);

    /// Opens a device for each of several ranks of one job: the processor for all of them, or cards from the chosen one
    /// on. The caller closes them.
    ///
    /// @param threads of each rank; there are as many ranks
    /// @throws dev.gantry.engine.GantryException when there are not so many, or one of them cannot be used
    default RankDevices together(DeviceChoice choice, List<Integer> threads) {
        return RankDevices.onHost(threads.size(), rank -> open(choice, threads.get(rank)));
    }

    /// What adapters compute in where nobody chose: f32, or f16 on cards whose tensor cores multiply f16 but no bf16.
    ///
    /// @param device a result of {@link #settle}
    /// @param ranks that compute on cards from that one on
    default ComputeType computeType(DeviceChoice device, int ranks) {
        return ComputeType.F32;
    }

    /// The device that a choice means here for so many ranks: each needs a card of its own, or all share the processor.
    default DeviceChoice settle(DeviceChoice choice, int ranks) {
        return settle(choice);
    }

    /// The device that a choice means here, so that a run can name it and go on with it later.
    default DeviceChoice settle(DeviceChoice choice) {
        return switch (choice) {
            case Auto _ -> DeviceChoice.cpu();
            case Cpu _, Cuda _ -> choice;
        };
    }
}
