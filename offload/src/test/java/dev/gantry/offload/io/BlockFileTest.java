package dev.gantry.offload.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.gantry.engine.GantryException;
import dev.gantry.offload.io.BlockFile.Access;
import dev.gantry.offload.io.BlockFile.Use;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockFileTest {
    private static final int BLOCK = (int) BlockFile.ALIGNMENT_BYTES;

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final long seed = Long.getLong("gantry.test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeEach
    void printSeed() {
        System.out.println("BlockFileTest: seed " + seed);
    }

    @AfterEach
    void free() {
        arena.close();
    }

    /// Direct where this disk allows it, or through the page cache.
    private BlockFile open(Path path, Use use, Access access) throws IOException {
        return access == Access.DIRECT ? BlockFile.open(path, use) : BufferedFile.open(path, use);
    }

    private Path fileOf(byte[] content) throws IOException {
        return Files.write(folder.resolve("file"), content);
    }

    private byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        return noise;
    }

    private MemorySegment memory(long bytes) {
        return arena.allocate(bytes, BlockFile.ALIGNMENT_BYTES);
    }

    private static byte[] bytes(MemorySegment memory) {
        return memory.toArray(ValueLayout.JAVA_BYTE);
    }

    @ParameterizedTest
    @EnumSource
    void anyBytes_areFound_byTheirAlignedSpan(Access access) throws IOException {
        byte[] content = noise(5 * BLOCK + 777);
        try (BlockFile file = open(fileOf(content), Use.READ, access)) {
            for (int round = 0; round < 200; round++) {
                int from = random.nextInt(content.length);
                int length = 1 + random.nextInt(content.length - from);
                AlignedSpan span = AlignedSpan.around(from, length);
                MemorySegment staged = memory(span.bytes());

                file.read(span.offset(), staged, span.neededBytes());

                assertThat(bytes(span.wanted(staged)))
                        .as("%d bytes at %d", length, from)
                        .isEqualTo(Arrays.copyOfRange(content, from, from + length));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasWritten_isRead_andLiesInTheFile(Access access) throws IOException {
        Path path = folder.resolve("new");
        byte[] content = noise(3 * BLOCK);
        MemorySegment memory = memory(3 * BLOCK).copyFrom(MemorySegment.ofArray(content));
        try (BlockFile file = open(path, Use.WRITE, access)) {
            file.write(BLOCK, memory.asSlice(0, BLOCK));
            file.write(2 * BLOCK, memory.asSlice(BLOCK, 2 * BLOCK));
            file.force();

            MemorySegment back = memory(3 * BLOCK);
            file.read(BLOCK, back);

            assertThat(bytes(back)).isEqualTo(content);
            assertThat(file.size()).isEqualTo(4 * BLOCK);
        }
        byte[] inFile = Files.readAllBytes(path);
        assertThat(Arrays.copyOfRange(inFile, BLOCK, 4 * BLOCK)).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource
    void readingBehindTheEnd_isAnError_notZeros(Access access) throws IOException {
        try (BlockFile file = open(fileOf(noise(2 * BLOCK + 10)), Use.READ, access)) {
            MemorySegment memory = memory(2 * BLOCK);

            file.read(BLOCK, memory, BLOCK + 10);
            assertThatThrownBy(() -> file.read(BLOCK, memory, BLOCK + 11))
                    .asInstanceOf(type(GantryException.class))
                    .satisfies(fault -> assertThat(fault.code()).isEqualTo("FILE-SHORT"))
                    .satisfies(fault -> assertThat(fault.why()).contains("4,107", "4,106"));
            assertThatThrownBy(() -> file.read(4 * BLOCK, memory)).isInstanceOf(GantryException.class);
        }
    }

    @Test
    void shortTransfers_areRepeated_untilAllIsThere() throws IOException {
        byte[] content = noise(7 * BLOCK);
        MemorySegment memory = memory(7 * BLOCK).copyFrom(MemorySegment.ofArray(content));
        try (BlockFile file =
                new FaultyFile(BlockFile.open(folder.resolve("f"), Use.WRITE), FaultyFile.shortTransfers())) {
            file.write(0, memory);
            memory.fill((byte) 0);
            file.read(0, memory);

            assertThat(bytes(memory)).isEqualTo(content);
        }
    }

    @Test
    void readError_namesFilePlaceAndLength() throws IOException {
        try (BlockFile file =
                new FaultyFile(BlockFile.open(fileOf(noise(4 * BLOCK)), Use.READ), FaultyFile.failingReads(0))) {
            assertThatThrownBy(() -> file.read(BLOCK, memory(2 * BLOCK)))
                    .asInstanceOf(type(GantryException.class))
                    .satisfies(fault -> assertThat(fault.code()).isEqualTo("FILE-READ"))
                    .satisfies(fault -> assertThat(fault.getMessage())
                            .contains(file.path().toString(), "8,192 bytes at 4,096", "Input/output error"));
        }
    }

    @Test
    void cutOffFile_isAnError_whereverItEnds() throws IOException {
        try (BlockFile inner = BlockFile.open(fileOf(noise(4 * BLOCK)), Use.READ)) {
            for (long end : new long[] {0, 1, BLOCK, BLOCK + 1, 4 * BLOCK - 1}) {
                assertThatThrownBy(() -> new FaultyFile(inner, FaultyFile.cutOffAt(end)).read(0, memory(4 * BLOCK)))
                        .as("cut off at %d", end)
                        .asInstanceOf(type(GantryException.class))
                        .satisfies(fault -> assertThat(fault.code()).isEqualTo("FILE-SHORT"));
            }
        }
    }

    @Test
    void fullDisk_saysHowMuchIsMissing_andHowMuchIsFree() throws IOException {
        try (BlockFile file =
                new FaultyFile(BlockFile.open(folder.resolve("f"), Use.WRITE), FaultyFile.fullAfter(2 * BLOCK))) {
            assertThatThrownBy(() -> file.write(0, memory(6 * BLOCK)))
                    .asInstanceOf(type(GantryException.class))
                    .satisfies(fault -> assertThat(fault.code()).isEqualTo("DISK-FULL"))
                    .satisfies(fault -> assertThat(fault.why()).contains("16,384 bytes at 8,192", "bytes are free"));
        }
    }

    @Test
    void crookedPlaces_areDefects_onEveryDisk() throws IOException {
        try (BlockFile file = BufferedFile.open(fileOf(noise(4 * BLOCK)), Use.READ)) {
            assertThatThrownBy(() -> file.read(1, memory(BLOCK))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.read(0, memory(BLOCK + 1))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.read(0, memory(2 * BLOCK).asSlice(8, BLOCK)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.read(0, memory(BLOCK), BLOCK + 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void missingFile_isTheSystemsOwnError() {
        assertThatThrownBy(() -> BlockFile.open(folder.resolve("none"), Use.READ))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void fileSystemWithoutDirectAccess_goesThroughThePageCache() throws IOException {
        Path zip = folder.resolve("z.zip");
        try (var system = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            byte[] content = noise(2 * BLOCK);
            Path inside = Files.write(system.getPath("/f"), content);
            try (BlockFile file = BlockFile.open(inside, Use.READ)) {
                MemorySegment memory = memory(2 * BLOCK);
                file.read(0, memory);

                assertThat(file.access()).isEqualTo(Access.PAGE_CACHE);
                assertThat(bytes(memory)).isEqualTo(content);
            }
        }
    }

    @Test
    void scratchFile_hasNoName_butAllItsBytes() throws IOException {
        Path path = folder.resolve("scratch");
        MemorySegment memory = memory(BLOCK).fill((byte) 7);
        try (BlockFile file = BlockFile.open(path, Use.SCRATCH)) {
            file.write(0, memory);
            MemorySegment back = memory(BLOCK);
            file.read(0, back);
            assertThat(back.mismatch(memory)).isEqualTo(-1);
        }
        assertThat(path).doesNotExist();
    }
}
