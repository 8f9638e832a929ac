package dev.gantry.zoo.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import dev.gantry.zoo.safetensors.SafetensorsWriter;
import dev.gantry.zoo.safetensors.ShardedWriter;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShardedCheckpointTest {
    private static final String INDEX = "model.safetensors.index.json";
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    @TempDir
    Path temp;

    @BeforeEach
    void writeTwoShards() throws IOException {
        try (TensorArena arena = new TensorArena()) {
            Tensor tensor = arena.allocate(DType.F32, 100);
            tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, 7, 0.5f);
            Shape shape = tensor.shape();
            List<TensorInfo> infos =
                    List.of(new TensorInfo("a", DType.F32, shape), new TensorInfo("b", DType.F32, shape));
            new ShardedWriter(500).write(temp, infos, (SafetensorsWriter.Source) info -> tensor);
        }
    }

    @Test
    void open_findsEveryTensorInItsShard() {
        try (ShardedCheckpoint checkpoint = open()) {
            assertThat(checkpoint.tensors().keySet()).containsExactly("a", "b");
            assertThat(checkpoint.tensor("b").elements()).isEqualTo(100);
        }
    }

    @Test
    void place_saysWhereAFileHoldsTheElements() throws IOException {
        try (ShardedCheckpoint checkpoint = open()) {
            TensorPlace place = checkpoint.place("b").orElseThrow();
            assertThat(place.file()).isEqualTo(temp.resolve(SECOND));
            byte[] file = Files.readAllBytes(place.file());
            byte[] held = Arrays.copyOfRange(file, (int) place.offset(), (int) place.offset() + 400);
            assertThat(held).isEqualTo(checkpoint.tensor("b").data().toArray(ValueLayout.JAVA_BYTE));
            assertThat(place.offset() + 400).isEqualTo(file.length);
        }
    }

    @Test
    void open_namesTheShardAndItsSize_whenOneIsMissing() throws IOException {
        Files.delete(temp.resolve(SECOND));
        assertThatThrownBy(this::open)
                .isInstanceOf(GantryException.class)
                .hasMessageContaining(SECOND)
                .hasMessageContaining("bytes");
    }

    @Test
    void open_refuses_whenTheIndexLies() throws IOException {
        edit("\"b\" : \"" + SECOND, "\"b\" : \"" + FIRST);
        assertThatThrownBy(this::open).isInstanceOf(GantryException.class).hasMessageContaining(FIRST);
    }

    @Test
    void open_refuses_whenAShardLiesOutsideTheFolder() throws IOException {
        for (String name : List.of("../x.safetensors", "/etc/passwd", "a\\\\b", "C:x", "..", "", "a\\u0000b", ".x")) {
            writeTwoShards();
            edit("\"" + SECOND + "\"", "\"" + name + "\"");
            assertThatThrownBy(this::open)
                    .as(name)
                    .isInstanceOf(GantryException.class)
                    .hasMessageContaining("plain file name");
        }
    }

    @Test
    void open_refuses_whenTheIndexIsNoIndex() throws IOException {
        for (String text : List.of("", "[]", "{}", "{\"weight_map\": {}}", "{\"weight_map\": " + "[".repeat(100_000))) {
            Files.writeString(temp.resolve(INDEX), text);
            assertThatThrownBy(this::open).isInstanceOf(GantryException.class);
        }
    }

    private ShardedCheckpoint open() {
        return ShardedCheckpoint.open(temp.resolve(INDEX), SafetensorsFile::open);
    }

    private void edit(String from, String to) throws IOException {
        String text = Files.readString(temp.resolve(INDEX));
        assertThat(text).contains(from);
        Files.writeString(temp.resolve(INDEX), text.replace(from, to));
    }
}
