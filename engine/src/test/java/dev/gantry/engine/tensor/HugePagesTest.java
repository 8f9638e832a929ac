package dev.gantry.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HugePagesTest {
    private static final long BYTES = 16 << 20;

    @Test
    void content_staysAsItIs() {
        try (TensorArena arena = new TensorArena()) {
            MemorySegment memory = arena.allocateBytes(BYTES);
            memory.fill((byte) 3);
            HugePages.back(memory);

            assertThat(memory.mismatch(arena.allocateBytes(BYTES).fill((byte) 3)))
                    .isEqualTo(-1);
        }
    }

    @Test
    void success_isWhatTheKernelSaysToo() throws IOException {
        try (TensorArena arena = new TensorArena()) {
            MemorySegment memory = arena.allocateBytes(BYTES);
            assumeTrue(HugePages.back(memory), "this system gives no huge pages");

            assertThat(hugeBytes(memory.address() + BYTES / 2)).isGreaterThanOrEqualTo(BYTES - HugePages.pageBytes());
        }
    }

    @Test
    void tooLittleMemory_isLeftAlone() {
        try (TensorArena arena = new TensorArena()) {
            assertThat(HugePages.back(arena.allocateBytes(4096))).isFalse();
        }
    }

    /// What the kernel says of the mapping that the address lies in.
    private static long hugeBytes(long address) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        boolean inside = false;
        for (String line : lines) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                String[] ends = line.substring(0, line.indexOf(' ')).split("-", 2);
                inside = Long.compareUnsigned(Long.parseUnsignedLong(ends[0], 16), address) <= 0
                        && Long.compareUnsigned(Long.parseUnsignedLong(ends[1], 16), address) > 0;
            } else if (inside && line.startsWith("AnonHugePages:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new AssertionError("no mapping holds the address");
    }
}
