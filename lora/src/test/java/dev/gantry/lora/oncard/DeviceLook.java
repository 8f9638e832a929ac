package dev.gantry.lora.oncard;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cuda.CudaDiscovery;
import dev.gantry.engine.cuda.CudaReport;
import java.io.IOException;

/// What is found of CUDA, and the device as a run opens it.
final class DeviceLook implements Step.Program {
    /// @param description of the backend, with its compilers and libraries
    /// @param freeBytes of the device before anything is taken
    private record Device(String description, long freeBytes) {}

    @Override
    public void run(Ground ground, Recorder recorder) throws IOException {
        if (Ground.isCard()) {
            recorder.part("discovery", () -> {
                CudaReport report = new CudaDiscovery(ground.libraries()).look();
                System.out.println("  " + report.detail());
                return report;
            });
        }
        recorder.part("device", () -> {
            try (Backend backend = ground.open()) {
                System.out.println("  " + backend.description());
                return new Device(backend.description(), backend.memory().freeBytes());
            }
        });
    }
}
