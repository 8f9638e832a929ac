package dev.gantry.app.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GpuLoadProbeTest {
    @Test
    void withoutADriver_thereAreNoCards() {
        assertThat(new GpuLoadProbe("no-such-library").read()).isEmpty();
    }

    @Test
    void aLibraryOfAnotherKind_isNotTaken() {
        // a library that every Linux has, without any of the functions
        assertThat(new GpuLoadProbe("libc.so.6").read()).isEmpty();
    }

    @Test
    void everyCard_isBetweenNothingAndAll() {
        assertThat(new GpuLoadProbe().read()).allSatisfy(card -> {
            assertThat(card.busyShare()).isBetween(0.0, 1.0);
            assertThat(card.memoryUsedBytes()).isBetween(0L, card.memoryTotalBytes());
        });
    }

    @Test
    void processMemory_isKnownOfOnesThatLive() {
        assertThat(ProcessMemory.residentBytes(ProcessHandle.current().pid()))
                .hasValueSatisfying(bytes -> assertThat(bytes).isGreaterThan(10_000_000L));
        assertThat(ProcessMemory.residentBytes(Long.MAX_VALUE)).isEmpty();
    }
}
