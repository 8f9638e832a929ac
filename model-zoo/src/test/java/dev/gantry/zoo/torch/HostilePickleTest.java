package dev.gantry.zoo.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostilePickleTest {
    private static final byte[] SIX = PickleBytes.floats(1, 2, 3, 4, 5, 6);

    @TempDir
    Path temp;

    @Test
    void open_namesTheCall_whenThePickleWouldRunCode() throws IOException {
        Path witness = temp.resolve("ran");
        byte[] pickle = new PickleBytes()
                .global("os", "system")
                .op('(')
                .text("touch " + witness)
                .ops("tR")
                .stop();
        assertRefused(pickle, "os.system");
        assertThat(witness).doesNotExist();
        assertRefused(new PickleBytes().text("builtins").text("eval").op(0x93).stop(), "builtins.eval");
        assertRefused(new PickleBytes().global("torch", "load").stop(), "torch.load");
        assertRefused(
                new PickleBytes()
                        .global("torch._utils", "_rebuild_tensor_v2.__globals__")
                        .stop(),
                "__globals__");
    }

    @Test
    void open_namesTheOperation_whenItIsNotNeededForTensors() throws IOException {
        for (char opcode : "ibo2P\u0081\u0092\u0082".toCharArray()) {
            if (opcode != 'b') {
                assertRefused(new PickleBytes().ops("))" + opcode).stop(), "the operation");
            }
        }
        assertRefused(new PickleBytes().ops("))b").stop(), "state");
    }

    @Test
    void open_refuses_whenAKnownNameIsMisused() throws IOException {
        assertRefused(
                new PickleBytes().global("torch", "FloatStorage").ops(")R").stop(), "storage");
        assertRefused(
                new PickleBytes()
                        .global("torch._utils", "_rebuild_tensor_v2")
                        .ops(")R")
                        .stop(),
                "tensor");
        assertRefused(new PickleBytes().ops(")Q").stop(), "storage");
        assertRefused(new PickleBytes().ops("))R").stop(), "call");
    }

    @Test
    void open_refuses_whenATensorReachesBeyondItsStorage() throws IOException {
        for (int[] sizeAndStride : new int[][] {{7, 1}, {2, 6}, {2, Integer.MAX_VALUE}}) {
            PickleBytes pickle = new PickleBytes().ops("}(");
            pickle.tensor("a", "0", 6, 0, new int[] {sizeAndStride[0]}, new int[] {sizeAndStride[1]});
            assertRefused(pickle.op('u').stop(), "beyond its storage");
        }
        PickleBytes negative = new PickleBytes().ops("}(");
        negative.tensor("a", "0", 6, -1, new int[] {1}, new int[] {1});
        assertRefused(negative.op('u').stop(), "whole number");
    }

    @Test
    void open_refuses_whenATinyStorageIsRepeatedWithoutEnd() throws IOException {
        PickleBytes pickle = new PickleBytes().ops("}(");
        pickle.tensor("a", "0", 6, 0, new int[] {1 << 30, 1 << 30}, new int[] {0, 0});
        assertRefused(pickle.op('u').stop(), "repeats");
    }

    @Test
    void tensor_refuses_whenAStorageIsShorterThanItClaims() throws IOException {
        PickleBytes pickle = new PickleBytes().ops("}(");
        pickle.tensor("a", "0", 1 << 30, 0, new int[] {1 << 30}, new int[] {1});
        Path file = PickleBytes.zip(
                temp.resolve("m.bin"), ZipEntry.STORED, pickle.op('u').stop(), SIX);
        try (TorchFile torch = TorchFile.open(file)) {
            assertThatThrownBy(() -> torch.tensor("a"))
                    .isInstanceOf(GantryException.class)
                    .hasMessageContaining("archive/data/0");
        }
    }

    @Test
    void open_endsSoon_whenValuesNestOrDoubleWithoutEnd() {
        assertTimeout(Duration.ofSeconds(30), () -> {
            assertRefused(
                    new PickleBytes().ops(")").ops("\u0085".repeat(3_000_000)).stop(), "dict of tensors");
            assertRefused(new PickleBytes().ops("(".repeat(3_000_000)).stop(), "piles up");
            assertRefused(new PickleBytes().ops(")q\0".repeat(5_000_000)).stop(), "");
            PickleBytes doubling = new PickleBytes().ops(")q\0");
            for (int i = 0; i < 200; i++) {
                doubling.ops("h\0h\0\u0086q\0"); // 2^200 leaves, if anybody walked down
            }
            assertRefused(doubling.stop(), "dict of tensors");
        });
    }

    @Test
    void open_refuses_whenLengthsAreLies() throws IOException {
        assertRefused(new PickleBytes().op('X').int4(-1).stop(), "claims");
        assertRefused(new PickleBytes().op('X').int4(60_000).stop(), "ends at byte");
        assertRefused(new PickleBytes().op(0x8d).int8(Long.MIN_VALUE).stop(), "claims");
        assertRefused(new PickleBytes().op(0x8a).op(255).stop(), "255 bytes");
        assertRefused(new PickleBytes().op('h').op(7).stop(), "recalls 7");
        assertRefused(new PickleBytes().op('t').stop(), "no mark");
        assertRefused(new PickleBytes().stop(), "empty");
        assertRefused(new byte[0], "ends at byte");
    }

    @Test
    void tensor_refusesAZipBomb() throws IOException {
        int floats = 24 << 20;
        PickleBytes pickle = new PickleBytes().ops("}(");
        pickle.tensor("a", "0", floats, 0, new int[] {floats}, new int[] {1});
        Path file = temp.resolve("m.bin");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            PickleBytes.entry(
                    zip, "archive/data.pkl", ZipEntry.DEFLATED, pickle.op('u').stop());
            zip.putNextEntry(new ZipEntry("archive/data/0"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 4 * 24; i++) {
                zip.write(zeros);
            }
            zip.closeEntry();
        }
        assertThat(Files.size(file)).isLessThan(200_000);
        try (TorchFile torch = TorchFile.open(file)) {
            assertThatThrownBy(() -> torch.tensor("a")).hasMessageContaining("trap");
        }
    }

    @Test
    void open_refuses_whenTheZipHasTwoLists() throws IOException {
        Path file = temp.resolve("m.bin");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            PickleBytes.entry(
                    zip,
                    "a/data.pkl",
                    ZipEntry.STORED,
                    new PickleBytes().op('}').stop());
            PickleBytes.entry(
                    zip,
                    "b/data.pkl",
                    ZipEntry.STORED,
                    new PickleBytes().op('}').stop());
        }
        assertThatThrownBy(() -> TorchFile.open(file)).hasMessageContaining("instead of one");
    }

    @Test
    void open_neverFailsOtherwise_whenBytesAreFlipped() throws IOException {
        long seed = 20261121;
        Random random = new Random(seed);
        PickleBytes pickle = new PickleBytes().ops("}(");
        pickle.tensor("a", "0", 6, 0, new int[] {2, 3}, new int[] {3, 1});
        Path file = PickleBytes.zip(
                temp.resolve("m.bin"), ZipEntry.DEFLATED, pickle.op('u').stop(), SIX);
        byte[] whole = Files.readAllBytes(file);
        for (int round = 0; round < 600; round++) {
            byte[] flipped = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, flipped);
            try (TorchFile torch = TorchFile.open(file)) {
                torch.tensors().keySet().forEach(torch::tensor);
            } catch (GantryException refused) {
                assertThat(refused.why()).as("seed %d, round %d", seed, round).isNotEmpty();
            }
        }
    }

    private void assertRefused(byte[] pickle, String why) throws IOException {
        Path file = PickleBytes.zip(temp.resolve("m.bin"), ZipEntry.STORED, pickle, SIX);
        assertThatThrownBy(() -> TorchFile.open(file))
                .as(Arrays.toString(Arrays.copyOf(pickle, Math.min(40, pickle.length))))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining(why);
    }
}
