package dev.gantry.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.NormSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.zoo.family.ModelTask;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelFolderTest {
    @TempDir
    Path temp;

    @Test
    void open_describesGpt2() throws IOException {
        ModelFolder folder = ModelFolder.open(TestModels.own("gpt2"));
        assertThat(folder.family().title()).isEqualTo("GPT-2");
        assertThat(folder.dtype()).isEqualTo(DType.F32);
        assertThat(folder.spec().linearLayout()).isEqualTo(DecoderSpec.LinearLayout.IN_OUT);
        assertThat(folder.parameters().name(ParameterId.weight(1, Module.QUERY_KEY_VALUE)))
                .isEqualTo("transformer.h.1.attn.c_attn.weight");
        assertThat(folder.parameterCount()).isEqualTo(69_840);
        assertThat(folder.parameters().unexpected()).isEmpty();
        assertThat(folder.tokenizer()).isEqualTo(TokenizerKind.NONE);
    }

    @Test
    void open_readsTheLayoutOfOpt350m() throws IOException {
        DecoderSpec spec = ModelFolder.open(TestModels.own("opt_350m")).spec();
        assertThat(spec.projects()).isTrue();
        assertThat(spec.finalNorm()).isEqualTo(DecoderSpec.FinalNorm.ABSENT);
        assertThat(spec.norm().placement()).isEqualTo(NormSpec.Placement.POST);
    }

    @Test
    void load_givesEveryParameterFinite() throws IOException {
        for (String name : new String[] {"gpt2", "opt_350m", "bloom_6heads"}) {
            try (LoadedModel loaded = ModelFolder.open(TestModels.own(name)).load()) {
                loaded.model().parameters().values().forEach(ModelFolderTest::assertFinite);
            }
        }
    }

    @Test
    void load_opensEverySharedModel() throws IOException {
        for (Path path : TestModels.shared()) {
            ModelFolder folder = ModelFolder.open(path);
            assertThat(folder.parameters().unexpected())
                    .as("left over in %s", path)
                    .isEmpty();
            try (LoadedModel loaded = folder.load()) {
                assertThat(loaded.model().parameters())
                        .hasSize(folder.parameters().names().size());
                assertThat(loaded.score().isPresent()).isEqualTo(folder.task() == ModelTask.SEQUENCE_CLASSIFICATION);
            }
        }
    }

    @Test
    void open_namesTheTensor_whenAShapeIsWrong() throws IOException {
        Path folder = TestModels.copy("gpt2", temp.resolve("m"));
        edit(folder, "\"n_positions\": 64", "\"n_positions\": 65");
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("transformer.wpe.weight has shape [64, 48]")
                .hasMessageContaining(Shape.of(65, 48).toString());
    }

    @Test
    void open_namesTheTensor_whenOneIsMissing() throws IOException {
        Path folder = TestModels.copy("gpt2", temp.resolve("m"));
        edit(folder, "\"n_layer\": 2", "\"n_layer\": 3");
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("transformer.h.2.ln_1.weight")
                .hasMessageContaining("and 7 more");
    }

    @Test
    void open_tellsWhatLeftOver() throws IOException {
        Path folder = TestModels.copy("gpt2", temp.resolve("m"));
        edit(folder, "\"n_layer\": 2", "\"n_layer\": 1");
        assertThat(ModelFolder.open(folder).parameters().unexpected())
                .hasSize(12)
                .contains("transformer.h.1.ln_1.weight");
    }

    @Test
    void fingerprint_changes_whenConfigOrWeightsDo() throws IOException {
        Path folder = TestModels.copy("gpt2", temp.resolve("m"));
        String before = ModelFolder.open(folder).fingerprint();
        assertThat(before).isEqualTo(ModelFolder.open(TestModels.own("gpt2")).fingerprint());
        edit(folder, "\"n_head\": 4", "\"n_head\": 8");
        assertThat(ModelFolder.open(folder).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void open_refuses_whenThereIsNoConfigOrNoWeights() throws IOException {
        assertThatThrownBy(() -> ModelFolder.open(temp)).hasMessageContaining("config.json");
        Files.copy(TestModels.own("gpt2").resolve("config.json"), temp.resolve("config.json"));
        assertThatThrownBy(() -> ModelFolder.open(temp))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("model.safetensors");
    }

    private static void edit(Path folder, String from, String to) throws IOException {
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(from);
        Files.writeString(config, text.replace(from, to));
    }

    private static void assertFinite(Tensor tensor) {
        for (long i = 0; i < tensor.elements(); i++) {
            assertThat(tensor.data().getAtIndex(ValueLayout.JAVA_FLOAT, i)).isFinite();
        }
    }
}
