package dev.gantry.lora.oncard;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cuda.CudaCards;
import dev.gantry.engine.cuda.CudaDiscovery;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.engine.cuda.LibrarySearch;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.device.Devices;
import dev.gantry.engine.device.MachineDevices;
import java.nio.file.Path;

/// What steps run on.
///
/// @param cases the folder of the reference cases
/// @param work where steps leave what they found, and what they need
record Ground(Path cases, Path work) {
    /// Of the processor, beside a card or in its place.
    static final int THREADS = 2;

    /// A card, or the host in its place.
    static boolean isCard() {
        return HostCuda.isCard();
    }

    /// The devices of this machine as the program finds them; without a card the host's driver is the one it finds.
    Devices devices() {
        Path kernels = Path.of(
                System.getProperty("gantry.kernels", work.resolve("kernels").toString()));
        return new MachineDevices(
                isCard()
                        ? new CudaCards(new CudaDiscovery(libraries()), kernels)
                        : HostCuda.cards(work.resolve("host-kernels")));
    }

    /// The first card, as a run opens it.
    Backend open() {
        return devices().open(new DeviceChoice.Cuda(0), THREADS);
    }

    LibrarySearch libraries() {
        return LibrarySearch.usual(work, System.getenv(), Path.of("/"));
    }
}
