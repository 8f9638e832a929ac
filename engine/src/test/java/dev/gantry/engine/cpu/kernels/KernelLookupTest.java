package dev.gantry.engine.cpu.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.WorkerPool;
import org.junit.jupiter.api.Test;

/// The choice between vector and scalar kernels.
class KernelLookupTest {

    @Test
    void vectorKernelsAreChosen_whenTheModuleIsThere() {
        try (WorkerPool pool = new WorkerPool(1)) {
            assertThat(KernelLookup.choose(pool).description()).startsWith("vector ");
        }
    }

    @Test
    void obstacleSaysWhatToDo() {
        assertThat(KernelLookup.obstacle(false, "mixed mode"))
                .contains("module jdk.incubator.vector is missing; start Java with --add-modules=jdk.incubator.vector");
        assertThat(KernelLookup.obstacle(true, "interpreted mode, sharing").orElseThrow())
                .contains("no optimising compiler");
        assertThat(KernelLookup.obstacle(true, "mixed mode, emulated-client").orElseThrow())
                .contains("-XX:TieredStopAtLevel");
        assertThat(KernelLookup.obstacle(true, "mixed mode, sharing")).isEmpty();
    }
}
