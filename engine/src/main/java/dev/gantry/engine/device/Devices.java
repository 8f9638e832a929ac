package dev.gantry.engine.device;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.device.DeviceChoice.Auto;
import dev.gantry.engine.device.DeviceChoice.Cpu;
import dev.gantry.engine.device.DeviceChoice.Cuda;

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

    /// The device that a choice means here, so that a run can name it and go on with it later.
    default DeviceChoice settle(DeviceChoice choice) {
        return switch (choice) {
            case Auto _ -> DeviceChoice.cpu();
            case Cpu _, Cuda _ -> choice;
        };
    }
}
