package dev.gantry.lora.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.Fixture;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.zoo.export.ExportReceipt;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterExportTest {
    private final CpuBackend backend = new CpuBackend(1);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    private static TunedModel tuned(Path adapter) throws IOException {
        return new TunedModel(ModelFolder.open(Fixture.of("gpt2").folder()), adapter, "{{ messages }}");
    }

    private static Path reference(String name) throws IOException {
        return Fixture.of("gpt2").folder().resolve("lora").resolve(name);
    }

    private Adapter read(Path adapter, LoadedModel model) throws IOException {
        return PeftFolder.read(adapter, model.model().spec(), model.folder().family()::modulePath, backend);
    }

    /// The adapter as it starts: every B is zero.
    private Path untrained() throws IOException {
        Path target = Files.createDirectory(folder.resolve("untrained"));
        try (LoadedModel model = Fixture.of("gpt2").model();
                Adapter adapter = read(reference("adapter_init"), model)) {
            adapter.initialise(1, model.model(), backend);
            PeftFolder.write(target, adapter, model.model().spec(), "base");
        }
        return target;
    }

    @Test
    void export_holdsTheSameTensors_alsoFromAPickledAdapter() throws IOException {
        for (String name : new String[] {"adapter_final", "adapter_init_bin"}) {
            Path out = folder.resolve(name);
            ExportReceipt receipt = new AdapterExport(backend).write(tuned(reference(name)), out);
            assertThat(receipt.files())
                    .extracting(ExportReceipt.ExportedFile::name)
                    .containsExactly(
                            "adapter_config.json",
                            "adapter_model.safetensors",
                            "chat_template.jinja",
                            "tokenizer_config.json");
            try (LoadedModel model = Fixture.of("gpt2").model();
                    Adapter before = read(reference(name), model);
                    Adapter after = read(out, model)) {
                assertThat(after.config()).isEqualTo(before.config());
                before.tensors()
                        .forEach((tensor, value) -> assertThat(after.tensors().get(tensor))
                                .extracting(t -> t.data().toArray(ValueLayout.JAVA_FLOAT))
                                .isEqualTo(value.data().toArray(ValueLayout.JAVA_FLOAT)));
            }
        }
    }

    @Test
    void anUntrainedAdapter_isRefused_andNothingIsLeft() throws IOException {
        TunedModel untrained = tuned(untrained());
        Path out = Files.createDirectory(folder.resolve("exports")).resolve("out");
        assertThatThrownBy(() -> new AdapterExport(backend).write(untrained, out))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("lora_B");
        assertThatThrownBy(() -> new MergedExport(backend, Progress.silent()).write(untrained, out, null))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("lora_B");
        try (Stream<Path> left = Files.list(folder.resolve("exports"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void export_replacesWhatAKilledExportLeft() throws IOException {
        Path out = folder.resolve("out");
        Path partial = Files.createDirectory(DurableFiles.temporary(out));
        Files.writeString(partial.resolve("half"), "half");
        new AdapterExport(backend).write(tuned(reference("adapter_final")), out);
        assertThat(partial).doesNotExist();
        assertThat(out.resolve("half")).doesNotExist();
    }

    @Test
    void export_refusesToOverwrite() throws IOException {
        TunedModel tuned = tuned(reference("adapter_final"));
        assertThatThrownBy(() -> new AdapterExport(backend).write(tuned, folder))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("already");
    }
}
