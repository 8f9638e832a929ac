package dev.gantry.app.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.app.library.Import.FoundModel;
import dev.gantry.app.library.Import.Weights;
import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.export.ExportSource;
import dev.gantry.zoo.export.ModelCard;
import dev.gantry.zoo.export.ModelExporter;
import dev.gantry.zoo.model.ModelShape;
import dev.gantry.zoo.model.SyntheticModels;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportTest {
    @TempDir
    private Path folder;

    /// Tokens of the starter's tokenizer, which these models carry.
    private int tokens() throws IOException {
        StarterModel.copyTo(folder.resolve("starter"));
        try (ModelText text = ModelText.open(folder.resolve("starter"), "")) {
            return text.tokenizer().vocabularySize();
        }
    }

    /// A small model with random weights and the starter's tokenizer.
    private Path model(int vocabulary, float weight) throws IOException {
        Path described = Files.createDirectories(folder.resolve("described"));
        for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(folder.resolve("starter").resolve(name), described.resolve(name));
        }
        Path config = described.resolve("config.json");
        Files.writeString(config, """
                {"model_type": "llama", "vocab_size": %d, "hidden_size": 8, "intermediate_size": 12,
                 "num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 32}
                """.formatted(vocabulary));
        Path target = folder.resolve("model");
        try (TensorArena arena = new TensorArena()) {
            ModelShape shape = ModelShape.of(config.toString());
            DecoderModel model = SyntheticModels.create(shape.spec(), DType.F32, 1, arena);
            model.parameter(ParameterId.weight(1, Module.MLP_DOWN))
                    .data()
                    .setAtIndex(ValueLayout.JAVA_FLOAT, 21, weight);
            ModelCard card = new ModelCard("t", "", "", List.of(), "");
            new ModelExporter(Progress.silent())
                    .export(ExportSource.fresh(shape.family(), shape.config(), model, described, card), target);
        }
        return target;
    }

    private static Import quiet() {
        return new Import(Clock.systemUTC(), Progress.silent());
    }

    @Test
    void aHealthyModel_isFound_andItsBytesAreReadOnce() throws IOException {
        Path model = model(tokens(), 0.5f);
        Counting progress = new Counting();
        var found = (FoundModel) new Import(Clock.systemUTC(), progress).inspect(model, "", Weights.READ);
        assertThat(found.warnings()).isEmpty();
        assertThat(found.vocabularySize()).isEqualTo(tokens());
        assertThat(progress.started).containsExactly("checking weights");
        assertThat(progress.done).isEqualTo(4 * found.entry().parameters());
    }

    @Test
    void aWeightThatIsNoNumber_isNamed_unlessWeightsAreTrusted() throws IOException {
        Path model = model(tokens(), Float.NaN);
        assertThatThrownBy(() -> quiet().inspect(model, "", Weights.READ))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("model.layers.1.mlp.down_proj.weight")
                .hasMessageContaining("element 21");
        Counting progress = new Counting();
        assertThat(new Import(Clock.systemUTC(), progress)
                        .inspect(model, "x", Weights.TRUSTED)
                        .name())
                .isEqualTo("x");
        assertThat(progress.started).isEmpty();
    }

    @Test
    void aTokenizerLargerThanTheEmbedding_isRefused_atImportAndWhenItIsUsed() throws IOException {
        Path model = model(tokens() / 2, 0.5f);
        assertThatThrownBy(() -> quiet().inspect(model, "", Weights.READ))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("vocab_size");
        assertThatThrownBy(() -> ModelText.open(model, "").close())
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("vocab_size");
    }

    @Test
    void aTokenizerMuchSmallerThanTheEmbedding_isWarnedOf() throws IOException {
        var found = (FoundModel) quiet().inspect(model(2 * tokens(), 0.5f), "", Weights.READ);
        assertThat(found.warnings()).singleElement().asString().contains("another model");
    }

    /// Remembers what was announced.
    private static final class Counting implements Progress {
        private final List<String> started = new ArrayList<>();
        private long done;

        @Override
        public ProgressTask start(String label, long total, ProgressUnit unit) {
            started.add(label);
            return new ProgressTask() {
                @Override
                public void update(long count) {
                    done = count;
                }

                @Override
                public void note(String text) {}

                @Override
                public void close() {
                    assertThat(done).isEqualTo(total);
                }
            };
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    }
}
