package dev.gantry.zoo.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsFileTest {
    @TempDir
    Path temp;

    @Test
    void write_givesTensorsBackAligned_whateverTheirOrder() throws IOException {
        Path file = temp.resolve("a.safetensors");
        try (TensorArena arena = new TensorArena()) {
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("bytes", filled(arena.allocate(DType.U8, 3)));
            tensors.put("halves", filled(arena.allocate(DType.BF16, 5, 1)));
            tensors.put("naïve \"name\"", filled(arena.allocate(DType.F32, 2, 3)));
            tensors.put("none", arena.allocate(DType.F32, 0, 7));
            tensors.put("scalar", filled(arena.allocate(DType.I64)));
            SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
            assertThat(ByteBuffer.wrap(Files.readAllBytes(file))
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .getLong()
                            % 8)
                    .isZero();
            try (SafetensorsFile read = SafetensorsFile.open(file)) {
                assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
                assertThat(read.tensors()).hasSize(5);
                tensors.forEach((name, tensor) -> {
                    assertThat(read.tensor(name).shape()).isEqualTo(tensor.shape());
                    assertThat(read.tensor(name).data().mismatch(tensor.data())).isEqualTo(-1);
                });
            }
        }
    }

    @Test
    void tensor_isCopiedIntoAlignment_whenTheHeaderHasAnOddLength() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        String odd = header + " ".repeat(8 - (header.length() % 8) + 1);
        try (SafetensorsFile read = SafetensorsFile.open(file(odd, floats(1.5f)))) {
            Tensor tensor = read.tensor("a");
            assertThat(tensor.data().address() % 4).isZero();
            assertThat(tensor.data().getAtIndex(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(1.5f);
        }
    }

    @Test
    void open_refuses_whenTheHeaderLies() throws IOException {
        assertRefused(entry("a", "F32", "[2]", 0, 4), floats(1), "a");
        assertRefused(entry("a", "F32", "[1]", 0, 8), floats(1), "a");
        assertRefused(entry("a", "F32", "[3]", 0, 12), floats(1), "a", "12");
        assertRefused(entry("a", "F32", "[1]", 4, 8), floats(1, 2), "a");
        assertRefused(entry("a", "F32", "[1]", 0, 4), floats(1, 2), "4 bytes");
        assertRefused(entry("a", "F32", "[1]", 4, 0), floats(1), "a");
        assertRefused(entry("a", "F32", "[-1]", 0, 4), floats(1), "negative");
        assertRefused(entry("a", "F32", "[1.0]", 0, 4), floats(1), "a");
        assertRefused(entry("a", "F32", "[NaN]", 0, 4), floats(1), "header");
        assertRefused(entry("a", "F32", "[4611686018427387904, 4611686018427387904, 0]", 0, 0), floats(), "a");
        assertRefused(entry("a", "F32", "[99999999999999999999999]", 0, 4), floats(1), "header");
        assertRefused(entry("a", "F8_E4M3", "[4]", 0, 4), floats(1), "F8_E4M3");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", floats(1), "a");
        assertRefused("{\"a\":[]}", floats(), "a");
        assertRefused("{\"__metadata__\":{\"a\":1}}", floats(), "metadata");
        assertRefused("[]", floats(), "header");
        assertRefused("{}{}", floats(), "header");
        assertRefused("{\"a\":", floats(), "header");
    }

    @Test
    void open_refuses_whenTensorsOverlapOrAreNamedTwice() throws IOException {
        String a = entry("a", "F32", "[2]", 0, 8);
        String b = entry("b", "F32", "[2]", 4, 12);
        assertRefused(both(a, b), floats(1, 2, 3), "overlaps");
        assertRefused(both(a, entry("a", "F32", "[1]", 8, 12)), floats(1, 2, 3), "uplicate");
    }

    @Test
    void open_refusesInBoundedTime_whenTheHeaderIsHugeOrDeep() throws IOException {
        Path huge = temp.resolve("huge.safetensors");
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.write(length(1L << 40));
            file.setLength(200 << 20); // sparse
        }
        assertTimeout(Duration.ofSeconds(10), () -> {
            assertThatThrownBy(() -> SafetensorsFile.open(huge)).isInstanceOf(GantryException.class);
            assertRefused("{\"a\":".repeat(1_000_000), floats(), "unknown field a");
            assertRefused("{\"a\":" + "[".repeat(1_000_000), floats(), "a");
        });
        Files.write(huge, length(-1));
        assertThatThrownBy(() -> SafetensorsFile.open(huge)).hasMessageContaining("18446744073709551615");
    }

    @Test
    void open_refuses_whenTheFileIsTruncatedAnywhere() throws IOException {
        Path file = file(entry("a", "F32", "[3]", 0, 12), floats(1, 2, 3));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SafetensorsFile.open(file))
                    .isInstanceOf(GantryException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void open_neverFailsOtherwise_whenBytesAreFlipped() throws IOException {
        long seed = 20261121;
        Random random = new Random(seed);
        Path file = file(both(entry("a", "F32", "[1,3]", 0, 12), entry("b", "I64", "[]", 12, 20)), new byte[20]);
        byte[] whole = Files.readAllBytes(file);
        for (int round = 0; round < 600; round++) {
            byte[] flipped = whole.clone();
            flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
            Files.write(file, flipped);
            try (SafetensorsFile read = SafetensorsFile.open(file)) {
                read.tensors().keySet().forEach(read::tensor);
            } catch (GantryException refused) {
                assertThat(refused.why()).as("seed %d, round %d", seed, round).isNotEmpty();
            }
        }
    }

    private void assertRefused(String header, byte[] data, String... why) throws IOException {
        Path file = file(header, data);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .as(header.substring(0, Math.min(100, header.length())))
                .isInstanceOf(GantryException.class)
                .hasMessageContainingAll(why)
                .hasMessageContaining(file.toString());
    }

    private Path file(String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data.length);
        bytes.put(length(json.length)).put(json).put(data);
        return Files.write(temp.resolve("m.safetensors"), bytes.array());
    }

    private static String entry(String name, String dtype, String shape, long begin, long end) {
        return "{\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}}"
                .formatted(name, dtype, shape, begin, end);
    }

    private static String both(String a, String b) {
        return a.substring(0, a.length() - 1) + "," + b.substring(1);
    }

    private static byte[] length(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    private static byte[] floats(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }

    private static Tensor filled(Tensor tensor) {
        for (long i = 0; i < tensor.bytes(); i++) {
            tensor.data().set(ValueLayout.JAVA_BYTE, i, (byte) (17 * i + 3));
        }
        return tensor;
    }
}
