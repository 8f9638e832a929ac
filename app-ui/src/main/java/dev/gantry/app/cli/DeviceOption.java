package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.TrainConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--device`: what computes.
final class DeviceOption {
    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "what computes: auto, cpu, cuda or a card by its number, such as cuda:1 (default: auto, the"
                    + " first card that can be used, else the processor)")
    private @Nullable String device;

    DeviceChoice choice() {
        String written = device;
        return written == null
                ? DeviceChoice.auto()
                : DeviceChoice.parse(written)
                        .orElseThrow(() -> GantryException.usage(
                                "DEVICE-NAME",
                                "cannot compute on " + written,
                                "a device is auto, cpu, cuda or the number of a card, such as cuda:1",
                                "leave --device out to have one chosen"));
    }

    TrainConfig in(TrainConfig config) {
        return config.withMachine(in(config.machine()));
    }

    MachineSection in(MachineSection machine) {
        return machine.on(device == null ? null : choice().written());
    }
}
