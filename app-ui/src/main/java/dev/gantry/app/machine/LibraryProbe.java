package dev.gantry.app.machine;

import dev.gantry.app.machine.MachineReport.NativeLibrary;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.cpu.onednn.OneDnnUnavailableException;
import java.util.List;

/// Tries the native libraries that make things faster or possible, and says why one is not there.
public final class LibraryProbe {
    public List<NativeLibrary> probe() {
        return List.of(oneDnn());
    }

    private static NativeLibrary oneDnn() {
        String purpose = "fast matrix products on the CPU; without it Gantry uses its own kernels";
        try (var backend = new CpuBackend(1, MatmulChoice.ONEDNN)) {
            return new NativeLibrary("oneDNN", purpose, NativeLibrary.State.LOADED, backend.description());
        } catch (OneDnnUnavailableException e) {
            return new NativeLibrary("oneDNN", purpose, NativeLibrary.State.MISSING, String.valueOf(e.getMessage()));
        }
    }
}
