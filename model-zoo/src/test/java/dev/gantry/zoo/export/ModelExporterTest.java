package dev.gantry.zoo.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.BFloat16;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.zoo.checkpoint.JsonFile;
import dev.gantry.zoo.model.FileDigest;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.model.TestModels;
import dev.gantry.zoo.safetensors.ShardedWriter;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

final class ModelExporterTest {
    private static final ModelCard CARD =
            new ModelCard("Tiny", "someone/tiny: \"x\"", "apache-2.0", List.of("gantry"), "A test.");

    @TempDir
    Path temp;

    @Test
    void export_keepsUntouchedTensorsBitForBit() throws IOException {
        for (String name : List.of("gpt2", "opt_350m", "bloom_6heads")) {
            assertSameAfterExport(TestModels.own(name), temp.resolve(name));
        }
    }

    @Test
    void export_keepsEverySharedModel() throws IOException {
        int i = 0;
        for (Path model : TestModels.shared()) {
            assertSameAfterExport(model, temp.resolve("m" + i++));
        }
    }

    @Test
    void export_keepsEveryKeyOfTheConfig() throws IOException {
        Path base = TestModels.copy("gpt2", temp.resolve("base"));
        Path configFile = base.resolve("config.json");
        Files.writeString(configFile, Files.readString(configFile).replaceFirst("\\{", "{\"my_own_key\": [1, 2.5],"));
        export(base, ChangedTensors.NONE, temp.resolve("out"));
        ObjectNode before = JsonFile.object(configFile);
        ObjectNode after = JsonFile.object(temp.resolve("out/config.json"));
        before.properties().forEach(e -> assertThat(after.get(e.getKey())).isEqualTo(e.getValue()));
        assertThat(after.path("n_ctx").asInt()).isEqualTo(64);
    }

    @Test
    void export_writesChangedTensorsAndCompanions() throws IOException {
        Path base = TestModels.copy("gpt2", temp.resolve("base"));
        Files.writeString(base.resolve("LICENSE"), "as you like");
        Files.writeString(base.resolve("merges.txt"), "#version: 0.2\n");
        Files.writeString(base.resolve("evil.py"), "print()");
        ParameterId changed = ParameterId.weight(1, Module.MLP_UP);
        ExportReceipt receipt = export(base, doubling(changed), temp.resolve("out"));
        assertThat(receipt.changedTensors()).isEqualTo(1);
        assertThat(receipt.files().stream().map(ExportReceipt.ExportedFile::name))
                .containsExactly(
                        "LICENSE",
                        "README.md",
                        "config.json",
                        "generation_config.json",
                        "merges.txt",
                        "model.safetensors");
        for (ExportReceipt.ExportedFile file : receipt.files()) {
            Path path = receipt.folder().resolve(file.name());
            assertThat(FileDigest.sha256(path, Progress.silent())).isEqualTo(file.sha256());
            assertThat(Files.size(path)).isEqualTo(file.bytes());
        }
        assertThat(receipt.folder().resolve("README.md"))
                .content()
                .startsWith("---\nbase_model: \"someone/tiny: \\\"x\\\"\"\n")
                .contains("license: apache-2.0\n");
        try (LoadedModel before = ModelFolder.open(base).load();
                LoadedModel after = ModelFolder.open(temp.resolve("out")).load()) {
            Tensor was = before.model().parameter(changed);
            Tensor is = after.model().parameter(changed);
            for (long i = 0; i < was.elements(); i++) {
                assertThat(is.data().getAtIndex(ValueLayout.JAVA_FLOAT, i))
                        .isEqualTo(2 * was.data().getAtIndex(ValueLayout.JAVA_FLOAT, i));
            }
        }
    }

    @Test
    void export_roundsToBf16_whenAsked() throws IOException {
        try (LoadedModel base = ModelFolder.open(TestModels.own("gpt2")).load()) {
            ExportSource source =
                    ExportSource.of(base, ChangedTensors.NONE, CARD).withDtype(DType.BF16);
            new ModelExporter(Progress.silent()).export(source, temp.resolve("out"));
            ModelFolder out = ModelFolder.open(temp.resolve("out"));
            assertThat(out.dtype()).isEqualTo(DType.BF16);
            assertThat(out.config().json().path("torch_dtype").asString()).isEqualTo("bfloat16");
            ParameterId id = ParameterId.weight(Module.TOKEN_EMBEDDING);
            try (LoadedModel after = out.load()) {
                float was = base.model().parameter(id).data().getAtIndex(ValueLayout.JAVA_FLOAT, 7);
                short is = after.model().parameter(id).data().getAtIndex(ValueLayout.JAVA_SHORT, 7);
                assertThat(is).isEqualTo(BFloat16.fromFloat(was));
            }
        }
    }

    @Test
    void export_writesShardsThatOpenAgain_whenTheModelIsLarge() throws IOException {
        Path target = temp.resolve("out");
        try (LoadedModel base = ModelFolder.open(TestModels.own("opt_350m")).load()) {
            new ModelExporter(Progress.silent(), MemoryAccount.unlimited("host"), new ShardedWriter(100_000))
                    .export(ExportSource.of(base, ChangedTensors.NONE, CARD), target);
        }
        assertThat(target.resolve("model-00001-of-00004.safetensors")).exists();
        assertSameTensors(TestModels.own("opt_350m"), target);
    }

    @Test
    void export_writesTheTemplate_whereOldAndNewProgramsLook() throws IOException {
        try (LoadedModel base = ModelFolder.open(TestModels.own("gpt2")).load()) {
            ExportSource source =
                    ExportSource.of(base, ChangedTensors.NONE, CARD).withChatTemplate("{{ messages }}");
            new ModelExporter(Progress.silent()).export(source, temp.resolve("out"));
        }
        assertThat(temp.resolve("out/chat_template.jinja")).hasContent("{{ messages }}");
        assertThat(JsonFile.object(temp.resolve("out/tokenizer_config.json"))
                        .path("chat_template")
                        .asString())
                .isEqualTo("{{ messages }}");
    }

    @Test
    void export_refusesToOverwrite() throws IOException {
        Path target = Files.createDirectory(temp.resolve("out"));
        assertThatThrownBy(() -> export(TestModels.own("gpt2"), ChangedTensors.NONE, target))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("already");
    }

    @Test
    void export_leavesNothing_whenItFails() throws IOException {
        ChangedTensors failing = new ChangedTensors() {
            @Override
            public boolean changes(ParameterId id) {
                return id.module() == Module.FINAL_NORM;
            }

            @Override
            public void write(ParameterId id, int from, Matrix base, Matrix changed) {
                throw new IllegalStateException("injected");
            }
        };
        assertThatThrownBy(() -> export(TestModels.own("gpt2"), failing, temp.resolve("out")))
                .hasMessage("injected");
        try (Stream<Path> left = Files.list(temp)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void export_replacesWhatAKilledExportLeft() throws IOException {
        Path partial = Files.createDirectory(temp.resolve(".out.exporting"));
        Files.writeString(partial.resolve("model.safetensors.tmp"), "half");
        export(TestModels.own("gpt2"), ChangedTensors.NONE, temp.resolve("out"));
        assertThat(partial).doesNotExist();
        assertThat(temp.resolve("out/model.safetensors.tmp")).doesNotExist();
    }

    @Test
    void licenseIn_readsTheFrontMatter() throws IOException {
        Files.writeString(temp.resolve("README.md"), "---\ntags:\n- x\nlicense: mit\n---\n# A\nlicense: gpl\n");
        assertThat(ModelCard.licenseIn(temp)).isEqualTo("mit");
    }

    private void assertSameAfterExport(Path model, Path target) throws IOException {
        ExportReceipt receipt = export(model, ChangedTensors.NONE, target);
        assertThat(receipt.changedTensors()).isZero();
        assertSameTensors(model, target);
    }

    private static void assertSameTensors(Path model, Path target) throws IOException {
        ModelFolder before = ModelFolder.open(model);
        ModelFolder after = ModelFolder.open(target);
        assertThat(after.spec()).isEqualTo(before.spec());
        after.parameters()
                .names()
                .forEach((id, name) ->
                        assertThat(name).isEqualTo(after.family().names().standard(id)));
        try (LoadedModel was = before.load();
                LoadedModel is = after.load()) {
            was.model().parameters().forEach((id, tensor) -> {
                Tensor exported = is.model().parameter(id);
                assertThat(exported.dtype()).isEqualTo(tensor.dtype());
                assertThat(exported.data().mismatch(tensor.data())).as("%s", id).isEqualTo(-1);
            });
            assertThat(is.score().isPresent()).isEqualTo(was.score().isPresent());
        }
    }

    private static ExportReceipt export(Path model, ChangedTensors changes, Path target) throws IOException {
        try (LoadedModel base = ModelFolder.open(model).load()) {
            return new ModelExporter(Progress.silent()).export(ExportSource.of(base, changes, CARD), target);
        }
    }

    private static ChangedTensors doubling(ParameterId only) {
        return new ChangedTensors() {
            @Override
            public boolean changes(ParameterId id) {
                return id.equals(only);
            }

            @Override
            public void write(ParameterId id, int from, Matrix base, Matrix changed) {
                for (long i = 0; i < base.elements(); i++) {
                    float value = base.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    changed.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, 2 * value);
                }
            }
        };
    }
}
