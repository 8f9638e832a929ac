package dev.gantry.app.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuLoadProbeTest {
    @TempDir
    Path folder;

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
    void cards_tellLoadMemoryHeatAndPower_asFarAsTheyCan() throws IOException, InterruptedException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "small libraries are built on Linux alone");
        Path source = Files.writeString(folder.resolve("nvml.c"), """
                struct rates { unsigned gpu, memory; };
                struct bytes { unsigned long long total, free, used; };
                int nvmlInit_v2(void) { return 0; }
                int nvmlDeviceGetCount_v2(unsigned* count) { *count = 3; return 0; }
                int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) { *device = (void*)(long)(index + 1); return 0; }
                int nvmlDeviceGetUtilizationRates(void* device, struct rates* out) {
                  if ((long)device == 3) return 15; // lost
                  out->gpu = 40 * (long)device; out->memory = 1; return 0;
                }
                int nvmlDeviceGetMemoryInfo(void* device, struct bytes* out) {
                  out->total = 8ull << 30; out->free = 6ull << 30; out->used = 2ull << 30; return 0;
                }
                int nvmlDeviceGetTemperature(void* device, int sensor, unsigned* celsius) { *celsius = 61 + sensor; return 0; }
                int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) {
                  if ((long)device == 2) return 3; // not supported
                  *milliwatts = 123400; return 0;
                }
                """);
        Path library = folder.resolve("libfakenvml.so");
        assumeTrue(compiles(source, library), "there is no gcc to build a small library with");
        assertThat(new GpuLoadProbe(library.toString()).read())
                .containsExactly(
                        new GpuLoad(0, 0.4, 2L << 30, 8L << 30, 61, 123.4),
                        new GpuLoad(1, 0.8, 2L << 30, 8L << 30, 61, null));
    }

    private static boolean compiles(Path source, Path library) throws InterruptedException {
        try {
            Process gcc = new ProcessBuilder("gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                    .inheritIO()
                    .start();
            return gcc.waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
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
