package dev.gantry.engine.cpu.matmul;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.cpu.onednn.OneDnnUnavailableException;

/// What the machine that runs the tests can do.
final class TestMachine {
    private TestMachine() {}

    static boolean hasOneDnn() {
        try (CpuBackend backend = new CpuBackend(1, MatmulChoice.ONEDNN)) {
            System.out.println(backend.description());
            return true;
        } catch (OneDnnUnavailableException e) {
            System.out.println("left out: " + e.getMessage());
            return false;
        }
    }
}
