package dev.gantry.app.ui.export;

import dev.gantry.app.export.Export;
import dev.gantry.app.export.ExportCandidate;
import dev.gantry.app.export.ExportKind;
import dev.gantry.app.export.ExportOutcome;
import dev.gantry.app.export.Exportable;
import dev.gantry.app.machine.ChosenDevice;
import dev.gantry.app.machine.CudaProbe;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.task.BackgroundTask;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.export.ExportEstimate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleObjectProperty;
import org.jspecify.annotations.Nullable;

/// What is exported, as what, and where to; what that takes; how it goes; what came of it.
final class ExportViewModel {
    private final Services services;
    private final Texts texts;
    private final ExportPreviewer previewer;
    private final ExportSource source;
    private final ReadOnlyObjectWrapper<@Nullable GantryException> failure = new ReadOnlyObjectWrapper<>();
    private final ObjectProperty<ExportKind> kind = new SimpleObjectProperty<>(ExportKind.MERGED);
    private final ObjectProperty<StoredType> type = new SimpleObjectProperty<>(StoredType.BASE);
    private final ExportTarget target;
    private final ReadOnlyObjectWrapper<@Nullable ExportPreview> preview = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyStringWrapper obstacle = new ReadOnlyStringWrapper("");
    private final ReadOnlyObjectWrapper<@Nullable BackgroundTask<?>> running = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable DoneExport> done = new ReadOnlyObjectWrapper<>();
    private int asked;

    ExportViewModel(Services services, ExportPreviewer previewer) {
        this.services = services;
        this.texts = services.texts();
        this.previewer = previewer;
        target = new ExportTarget(services.home().folder().resolve("exports"));
        source = new ExportSource(
                services,
                new ExportSource.Listener(this::another, this::looking, this::take, this::foresee, failure::set));
        kind.subscribe(now -> suggestName());
        type.subscribe(now -> foresee());
        target.folderProperty().subscribe(now -> foresee());
        target.nameProperty().subscribe(now -> see());
        running.subscribe(now -> see());
    }

    private void looking() {
        preview.set(null);
        failure.set(null);
        see();
    }

    private void take(Exportable what) {
        if (!what.kinds().contains(kind.get())) {
            kind.set(what.kinds().getFirst());
        }
        suggestName();
        foresee();
    }

    /// Works out again what it takes; only the newest question is answered.
    private void foresee() {
        Exportable what = source.foundProperty().get();
        if (what == null) {
            return;
        }
        asked++;
        int question = asked;
        DType dtype = type.get().dtype();
        Path folder = target.folderProperty().get();
        services.tasks()
                .task(texts.get("export.estimating"), progress -> previewer.preview(what, dtype, folder, progress))
                .onDone(made -> {
                    if (question == asked) {
                        preview.set(made);
                        target.know(made.taken());
                        see();
                    }
                })
                .onFailed(failure::set)
                .start();
    }

    private void suggestName() {
        ExportCandidate candidate = source.chosenProperty().get();
        if (candidate != null) {
            target.suggest(candidate.name() + "-" + word(kind.get()));
        }
        see();
    }

    private static String word(ExportKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /// What keeps it from starting, in words; empty when nothing does.
    private void see() {
        String key = source.foundProperty().get() == null ? "export.obstacle.what" : target.problem();
        if (key.isEmpty()) {
            key = lack();
        }
        if (key.isEmpty() && running.get() != null) {
            key = "export.obstacle.running";
        }
        obstacle.set(key.isEmpty() ? "" : texts.get(key));
    }

    /// What the machine lacks.
    private String lack() {
        ExportPreview made = preview.get();
        ExportEstimate estimate = estimate();
        if (made == null || estimate == null) {
            return "export.obstacle.estimating";
        }
        if (!made.fitsDisk(estimate)) {
            return "export.obstacle.disk";
        }
        return made.fitsMemory(estimate) ? "" : "export.obstacle.memory";
    }

    /// What the chosen kind takes; null before it is known.
    @Nullable
    ExportEstimate estimate() {
        ExportPreview made = preview.get();
        return made == null ? null : made.estimates().get(kind.get());
    }

    void chooseFolder() {
        services.host().chooseFolder(texts.get("export.choose-folder")).ifPresent(target.folderProperty()::set);
    }

    /// Writes, loads again and compares, beside the window.
    void export() {
        Exportable what = source.foundProperty().get();
        if (what == null || !obstacle.get().isEmpty()) {
            return;
        }
        failure.set(null);
        done.set(null);
        ExportKind chosenKind = kind.get();
        DType dtype = type.get().dtype();
        Path folder = target.path();
        BackgroundTask<DoneExport> task = services.tasks()
                .task(texts.format("export.exporting", target.plainName()), progress -> {
                    long start = System.nanoTime();
                    ExportOutcome outcome = new Export(this::backend, progress).write(what, chosenKind, folder, dtype);
                    return new DoneExport(what, chosenKind, outcome, Duration.ofNanos(System.nanoTime() - start));
                })
                .onDone(done::set)
                .onFailed(failure::set)
                .onCancelled(() -> services.notices().info(texts.get("export.stopped")))
                .onEnd(() -> {
                    running.set(null);
                    foresee();
                });
        running.set(task);
        task.start();
    }

    private Backend backend() {
        return CudaProbe.devices(services.home().folder())
                .open(
                        ChosenDevice.of(services.preferences().current()).choice(),
                        Runtime.getRuntime().availableProcessors());
    }

    /// Back from the receipt to the form.
    void another() {
        done.set(null);
    }

    void dismissFailure() {
        failure.set(null);
    }

    /// The same as a command for a terminal.
    void copyCommand() {
        ExportCandidate candidate = source.chosenProperty().get();
        if (candidate == null || !target.problem().isEmpty()) {
            return;
        }
        DType dtype = type.get().dtype();
        String command = "gantry export \"%s\" --to %s --out \"%s\"%s"
                .formatted(
                        candidate.folder(),
                        word(kind.get()),
                        target.path(),
                        dtype == null || kind.get() == ExportKind.ADAPTER
                                ? ""
                                : " --dtype " + dtype.name().toLowerCase(Locale.ROOT));
        services.host().copy(command);
        services.notices().info(texts.format("export.copied", command));
    }

    void teach() {
        services.navigation().go(new Destination.Teach(null, null));
    }

    /// What there is to export.
    ExportSource source() {
        return source;
    }

    ReadOnlyObjectProperty<@Nullable GantryException> failureProperty() {
        return failure.getReadOnlyProperty();
    }

    ObjectProperty<ExportKind> kindProperty() {
        return kind;
    }

    ObjectProperty<StoredType> typeProperty() {
        return type;
    }

    ExportTarget target() {
        return target;
    }

    ReadOnlyObjectProperty<@Nullable ExportPreview> previewProperty() {
        return preview.getReadOnlyProperty();
    }

    ReadOnlyStringProperty obstacleProperty() {
        return obstacle.getReadOnlyProperty();
    }

    ReadOnlyObjectProperty<@Nullable BackgroundTask<?>> runningProperty() {
        return running.getReadOnlyProperty();
    }

    /// The receipt that is shown; null for the form.
    ReadOnlyObjectProperty<@Nullable DoneExport> doneProperty() {
        return done.getReadOnlyProperty();
    }
}
