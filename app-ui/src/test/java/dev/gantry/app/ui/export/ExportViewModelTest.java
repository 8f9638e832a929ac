package dev.gantry.app.ui.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.export.ExportCandidate;
import dev.gantry.app.export.ExportKind;
import dev.gantry.app.export.ExportOutcome;
import dev.gantry.app.export.TinyAdapter;
import dev.gantry.app.machine.Examiner;
import dev.gantry.app.machine.MachineParts;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.machine.MeasuredRates;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.lora.export.ExportEstimate;
import dev.gantry.lora.export.ReloadReport;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.ModelEntry;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportViewModelTest {
    private static final long GB = 1_000_000_000;

    @TempDir
    private Path folder;

    private FakeServices services;
    private Path adapter;
    private ExportViewModel model;

    @BeforeEach
    void open() throws IOException {
        services = new FakeServices(folder.resolve("home"));
        adapter = TinyAdapter.in(folder);
        services.catalog().call(catalog -> {
            catalog.adapters()
                    .put(new AdapterEntry(
                            "crane", adapter, folder.resolve("base").toString(), 2, FakeServices.NOW));
            return true;
        });
        new MeasuredRates(FakeServices.NOW, new MachineReport.Rates(5 * GB, 10 * GB, GB, 2 * GB, "direct"))
                .keep(services.services().home());
        model = new ExportViewModel(services.services(), previewer());
    }

    /// Nothing may be measured: it was, before.
    private ExportPreviewer previewer() {
        return new ExportPreviewer(
                services.services().home(), new Forbidden(), services.services().clock());
    }

    private static final class Forbidden implements Examiner {
        @Override
        public MachineParts look() {
            throw new AssertionError("nobody asked for it");
        }

        @Override
        public MachineReport.Rates measure(Progress progress) {
            throw new AssertionError("it was measured before");
        }
    }

    @AfterEach
    void close() {
        services.close();
    }

    private DoneExport done() {
        return Objects.requireNonNull(model.doneProperty().get());
    }

    private ExportEstimate estimate() {
        return Objects.requireNonNull(model.estimate());
    }

    @Test
    void whatItTakes_isSaidBefore_forBothKinds() throws IOException {
        model.source().refresh(null);
        long modelBytes = ModelFolder.open(folder.resolve("base")).bytes();

        assertThat(model.source().candidates())
                .extracting(ExportCandidate::name)
                .containsExactly("crane");
        assertThat(model.obstacleProperty().get()).isEmpty();
        assertThat(estimate().bytes()).isEqualTo(modelBytes);
        assertThat(model.target().nameProperty().get()).isEqualTo("crane-merged");
        model.kindProperty().set(ExportKind.ADAPTER);
        assertThat(estimate().bytes()).isEqualTo(Files.size(adapter.resolve("adapter_model.safetensors")));
        assertThat(model.target().nameProperty().get()).isEqualTo("crane-adapter");
        assertThat(estimate().memoryBytes()).isPositive();
    }

    @Test
    void verdict_tellsTheSame_fromTheSameButForRounding_andFromAnotherAnswer() {
        model.source().refresh(null);
        model.export();
        DoneExport real = done();

        assertThat(verdict(real, 24, true)).isEqualTo("Exported. It loads, and it answers the same.");
        assertThat(verdict(real, 23, true)).endsWith("the same but for rounding.");
        assertThat(verdict(real, 23, false)).endsWith("but its answers differ from those of the adapter.");
    }

    private String verdict(DoneExport done, int sameTokens, boolean passed) {
        var check = new ReloadReport.PromptCheck("Hello!", "Hello.", 24, sameTokens, 0.01, 10);
        var outcome = new ExportOutcome(done.outcome().receipt(), new ReloadReport(List.of(check)), passed);
        return new ReceiptViewModel(services.services(), new DoneExport(done.what(), done.kind(), outcome, done.took()))
                .verdict();
    }

    @Test
    void merged_isWritten_loadedAgain_andEqual() throws IOException {
        model.source().refresh(null);
        model.typeProperty().set(StoredType.BF16);
        model.export();

        Path written = services.services().home().folder().resolve("exports/crane-merged");
        assertThat(done().outcome().receipt().folder()).isEqualTo(written);
        assertThat(done().outcome().passed()).isTrue();
        assertThat(ModelFolder.open(written).dtype()).isEqualTo(DType.BF16);
        assertThat(model.runningProperty().get()).isNull();
        assertThat(model.target().nameProperty().get()).isEqualTo("crane-merged-2");
    }

    @Test
    void adapter_isWritten_loadedAgain_andEqualToTheBit() {
        model.source().refresh(adapter);
        model.kindProperty().set(ExportKind.ADAPTER);
        model.export();

        assertThat(done().outcome().reload().largestLogitDifference()).isZero();
        ReceiptViewModel receipt = new ReceiptViewModel(services.services(), done());
        receipt.chat();
        receipt.openFolder();
        receipt.copyHashes();
        receipt.copyPython();
        Path written = done().outcome().receipt().folder();
        assertThat(services.visited)
                .containsExactly(new Destination.ChatWith(folder.resolve("base").toString(), written));
        assertThat(services.host.opened).containsExactly(written);
        assertThat(services.host.copied.getFirst())
                .matches("(?s)([0-9a-f]{64}  [\\w.]+\\n)+")
                .contains(AdapterConfigJson.FILE_NAME);
        assertThat(services.host.copied.getLast()).contains("AutoPeftModelForCausalLM", written.toString());
        receipt.addToModels();
        assertThat(services.notices.infos.getLast()).isEqualTo("crane-adapter is in your list now.");
    }

    @Test
    void aNameThatCannotBe_isSaidSo_andNothingStarts() throws IOException {
        Files.createDirectories(services.services().home().folder().resolve("exports/there"));
        model.source().refresh(null);
        for (String bad : new String[] {"", "..", "a/b", "there"}) {
            model.target().nameProperty().set(bad);
            assertThat(model.obstacleProperty().get()).as(bad).isNotEmpty();
            model.export();
        }
        assertThat(model.doneProperty().get()).isNull();
        model.target().nameProperty().set("free");
        assertThat(model.obstacleProperty().get()).isEmpty();
    }

    @Test
    void aBaseThatIsGone_isExplained_inItsPlace() throws IOException {
        AdapterEntry lost = new AdapterEntry("lost", folder.resolve("lost"), "somebody/unknown", 2, FakeServices.NOW);
        Files.createDirectories(lost.folder());
        Files.writeString(
                lost.folder().resolve(AdapterConfigJson.FILE_NAME),
                Files.readString(adapter.resolve(AdapterConfigJson.FILE_NAME))
                        .replace(folder.resolve("base").toString(), "somebody/unknown"));
        model.source().refresh(lost.folder());

        assertThat(Objects.requireNonNull(model.failureProperty().get()).code()).isEqualTo("EXPORT-BASE-GONE");
        assertThat(model.obstacleProperty().get()).isEqualTo("Choose what to export.");
        assertThat(services.failures).isEmpty();

        Path base = folder.resolve("base");
        services.catalog().call(catalog -> {
            catalog.models().put(new ModelEntry("unknown", base, "llama", 1, "bf16", 1, FakeServices.NOW));
            return true;
        });
        model.source().refresh(null);
        assertThat(model.failureProperty().get()).as("the base is there now").isNull();
        assertThat(model.obstacleProperty().get()).isEmpty();
    }

    @Test
    void runs_comeBeforeAdapters_withTheStepThatIsTaken() throws IOException {
        Path run = TinyAdapter.run(services.services().home(), adapter, "lifted");
        model.source().refresh(null);

        assertThat(model.source().candidates())
                .containsExactly(
                        new ExportCandidate("lifted", run, 7),
                        new ExportCandidate("crane", adapter, ExportCandidate.NO_STEP));
        assertThat(model.target().nameProperty().get()).isEqualTo("lifted-merged");
        assertThat(model.obstacleProperty().get()).isEmpty();
    }

    @Test
    void command_isTheSameExport() {
        model.source().refresh(null);
        model.typeProperty().set(StoredType.F16);
        model.copyCommand();

        assertThat(services.host.copied)
                .containsExactly("gantry export \"%s\" --to merged --out \"%s\" --dtype f16"
                        .formatted(adapter, services.services().home().folder().resolve("exports/crane-merged")));
    }
}
