package dev.gantry.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import dev.gantry.zoo.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same model under other names, types and with more or less in it.
final class CheckpointVariantsTest {
    private static final String EMBEDDING = "transformer.wte.weight";

    @TempDir
    Path temp;

    @Test
    void open_takesUnprefixedNames_andIgnoresBuffers() throws IOException {
        Path folder = rewritten((tensors, arena) -> {
            for (String name : tensors.keySet().toArray(String[]::new)) {
                tensors.put(name.substring("transformer.".length()), removed(tensors, name));
            }
            tensors.put("h.0.attn.bias", arena.allocate(DType.U8, 1, 1, 64, 64));
            tensors.put("h.0.attn.masked_bias", arena.allocate(DType.F32));
        });
        ModelFolder model = ModelFolder.open(folder);
        assertThat(model.parameters().buffers()).containsExactlyInAnyOrder("h.0.attn.bias", "h.0.attn.masked_bias");
        assertThat(model.parameters().unexpected()).isEmpty();
    }

    @Test
    void open_takesATiedHeadThatIsGiven_onlyWhenItIsTheEmbedding() throws IOException {
        Path same = rewritten((tensors, arena) -> tensors.put("lm_head.weight", required(tensors, EMBEDDING)));
        assertThat(ModelFolder.open(same).parameters().unexpected()).isEmpty();
        Path other = rewritten((tensors, arena) -> tensors.put("lm_head.weight", arena.allocate(DType.F32, 211, 48)));
        assertThatThrownBy(() -> ModelFolder.open(other))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("lm_head.weight")
                .hasMessageContaining("tie_word_embeddings");
        Path config = other.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceFirst("\\{", "{\"tie_word_embeddings\": false,"));
        try (LoadedModel loaded = ModelFolder.open(other).load()) {
            assertThat(loaded.model().parameters()).containsKey(ParameterId.weight(Module.HEAD));
        }
    }

    @Test
    void open_asksForTheHead_whenItIsUntiedAndMissing() throws IOException {
        Path folder = TestModels.copy("gpt2", temp.resolve("untied"));
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceFirst("\\{", "{\"tie_word_embeddings\": false,"));
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOfSatisfying(
                        GantryException.class, e -> assertThat(e.nextStep()).contains("tie_word_embeddings"))
                .hasMessageContaining("lm_head.weight");
    }

    @Test
    void load_narrowsDoubles() throws IOException {
        String name = "transformer.ln_f.weight";
        Path folder = rewritten((tensors, arena) -> {
            Tensor wide = arena.allocate(DType.F64, 48);
            wide.data().setAtIndex(ValueLayout.JAVA_DOUBLE, 5, 1 / 3.0);
            tensors.put(name, wide);
        });
        try (LoadedModel loaded = ModelFolder.open(folder).load()) {
            Tensor narrow = loaded.model().parameter(ParameterId.weight(Module.FINAL_NORM));
            assertThat(narrow.dtype()).isEqualTo(DType.F32);
            assertThat(narrow.data().getAtIndex(ValueLayout.JAVA_FLOAT, 5)).isEqualTo(1 / 3f);
        }
    }

    @Test
    void open_refusesWeightsThatAreNoFloats() throws IOException {
        Path folder = rewritten((tensors, arena) -> tensors.put(EMBEDDING, arena.allocate(DType.I8, 211, 48)));
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining(EMBEDDING)
                .hasMessageContaining("I8");
    }

    private Path rewritten(BiConsumer<SequencedMap<String, Tensor>, TensorArena> change) throws IOException {
        Path folder = TestModels.copy("gpt2", Files.createTempDirectory(temp, "model"));
        Path weights = folder.resolve("model.safetensors");
        try (SafetensorsFile file = SafetensorsFile.open(TestModels.own("gpt2").resolve("model.safetensors"));
                TensorArena arena = new TensorArena()) {
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            file.tensors().keySet().forEach(name -> tensors.put(name, file.tensor(name)));
            change.accept(tensors, arena);
            SafetensorsWriter.write(weights, tensors, SafetensorsWriter.PYTORCH);
        }
        return folder;
    }

    private static Tensor required(SequencedMap<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name));
    }

    private static Tensor removed(SequencedMap<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.remove(name));
    }
}
