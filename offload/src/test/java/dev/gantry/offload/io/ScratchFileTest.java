package dev.gantry.offload.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFileTest {
    @TempDir
    private Path folder;

    @Test
    void scratchFile_holdsItsRoom_andLeavesNothing() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(8192, 4096).fill((byte) 5);
            try (BlockFile file = ScratchFile.create(folder.resolve("a/b"), 40_000)) {
                assertThat(file.size()).isEqualTo(40_960);
                file.write(32_768, memory);
                MemorySegment back = arena.allocate(8192, 4096);
                file.read(32_768, back);

                assertThat(back.mismatch(memory)).isEqualTo(-1);
            }
        }
        assertThat(folder.resolve("a/b")).isEmptyDirectory();
    }

    @Test
    void filesOfProcessesThatAreGone_areSwept_andNoOthers() throws IOException {
        Path ours = Files.createFile(
                folder.resolve(".gantry-scratch-" + ProcessHandle.current().pid() + "-1.tmp"));
        Path gone = Files.createFile(folder.resolve(".gantry-scratch-999999999999-1.tmp"));
        Path other = Files.createFile(folder.resolve(".gantry-scratch-notes"));

        ScratchFile.create(folder, 4096).close();

        assertThat(ours).exists();
        assertThat(other).exists();
        assertThat(gone).doesNotExist();
    }

    @Test
    void moreThanTheDiskHas_isRefusedBeforehand_withBothNumbers() {
        assertThatThrownBy(() -> ScratchFile.create(folder, 1L << 60))
                .asInstanceOf(type(GantryException.class))
                .satisfies(fault -> assertThat(fault.code()).isEqualTo("DISK-FULL"))
                .satisfies(fault -> assertThat(fault.getMessage()).contains("1,152,921,504,606,846,976", "are free"));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void reserve_keepsWhatIsThere_withAndWithoutTheSystemsCall() throws IOException {
        byte[] content = new byte[5_000];
        new Random(4).nextBytes(content);
        Path quick = Files.write(folder.resolve("quick"), content);
        Path filled = Files.write(folder.resolve("filled"), content);

        DiskSpace.reserve(quick, 12 << 20);
        DiskSpace.fill(filled, 12 << 20);

        byte[] expected = Arrays.copyOf(content, 12 << 20);
        assertThat(Files.readAllBytes(quick)).isEqualTo(expected);
        assertThat(Files.readAllBytes(filled)).isEqualTo(expected);
        DiskSpace.reserve(quick, 100);
        assertThat(quick).hasSize(12 << 20);
    }
}
