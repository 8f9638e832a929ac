package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.collective.Links;
import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.device.DeviceChoice.Auto;
import dev.gantry.engine.device.DeviceChoice.Cpu;
import dev.gantry.engine.device.DeviceChoice.Cuda;
import dev.gantry.engine.device.Devices;
import dev.gantry.lora.train.config.ResolvedSettings;
import dev.gantry.offload.plan.RankMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a run computes on: one device, or one for each of its ranks.
final class RunDevices implements AutoCloseable {
    private final Resources resources;
    private final ResolvedSettings settings;
    private final Backend backend;
    private final Backend host;
    private final @Nullable RankDevices ranks;

    /// Opens what the settings name. Ranks share the processor, or take neighbouring cards from the one that is named.
    private RunDevices(Resources opened, ResolvedSettings settings, Devices devices) {
        this.resources = opened;
        this.settings = settings;
        DeviceChoice device = settings.device();
        if (settings.ranks() == 1) {
            this.backend = opened.add(devices.open(device, settings.threads()));
            this.host = backend;
            this.ranks = null;
            return;
        }
        switch (device) {
            case Cuda _ -> {
                this.host = opened.add(new CpuBackend(1));
                this.ranks = opened.add(devices.together(device, settings.threadsOfRanks()));
                this.backend = ranks.backends().getFirst();
            }
            case Cpu _, Auto _ -> {
                this.backend = opened.add(devices.open(device, settings.threads()));
                this.host = backend;
                this.ranks = opened.add(devices.together(device, settings.threadsOfRanks()));
            }
        }
    }

    /// The caller closes the result.
    ///
    /// @throws dev.gantry.engine.GantryException when a device cannot be used, or there are fewer cards than ranks
    static RunDevices open(ResolvedSettings settings, Devices devices) {
        Resources opened = new Resources();
        boolean complete = false;
        try {
            RunDevices made = new RunDevices(opened, settings, devices);
            complete = true;
            return made;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    /// What answers between steps: the device, on cards that of the first rank, or the processor with all threads.
    Backend backend() {
        return backend;
    }

    /// What works in memory of the process, before and between the steps of ranks.
    Backend host() {
        return host;
    }

    /// Those of several ranks.
    ///
    /// @throws NullPointerException with one
    RankDevices ranks() {
        return Objects.requireNonNull(ranks);
    }

    /// The ranks as a plan sees them.
    ///
    /// @param links between cards, if they were measured
    RankMachine machine(@Nullable Links links) {
        List<String> names = new ArrayList<>();
        for (int rank = 0; rank < settings.ranks(); rank++) {
            DeviceChoice own =
                    settings.device() instanceof Cuda(int first) ? new Cuda(first + rank) : DeviceChoice.cpu();
            names.add(own.written());
        }
        return new RankMachine(ranks(), names, settings.threadsOfRanks(), links);
    }

    @Override
    public void close() {
        resources.close();
    }
}
