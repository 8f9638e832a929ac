package dev.gantry.app.ui.train;

import dev.gantry.app.library.DataShelf;
import dev.gantry.app.library.DataShelf.Remembered;
import dev.gantry.app.library.Import;
import dev.gantry.app.library.StarterFolder;
import dev.gantry.app.run.SettingsFile;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.train.RunPlan;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The form of a run: a [Draft] that every control changes, its plan, and what keeps it from starting.
final class TrainViewModel {
    private final Services services;
    private final Texts texts;
    private final RunStarter starter;
    private final DataShelf shelf;
    private final PlanViewModel plan;
    private final ObservableList<ModelOption> models = FXCollections.observableArrayList();
    private final ObservableList<Remembered> data = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Draft> draft = new ReadOnlyObjectWrapper<>(Draft.EMPTY);
    private final ReadOnlyObjectWrapper<@Nullable Problem> problem = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyStringWrapper obstacle = new ReadOnlyStringWrapper("");
    private final ReadOnlyBooleanWrapper starting = new ReadOnlyBooleanWrapper();
    private final StringProperty name = new SimpleStringProperty("");

    TrainViewModel(Services services, Planner planner, RunStarter starter, long pauseMillis) {
        this.services = services;
        this.texts = services.texts();
        this.starter = starter;
        shelf = new DataShelf(services.home(), services.catalog());
        plan = new PlanViewModel(services, planner, pauseMillis);
        plan.planProperty().subscribe(made -> see());
        plan.failureProperty().subscribe(refused -> see());
        plan.planningProperty().subscribe(now -> see());
        starting.subscribe(now -> see());
        take(Draft.EMPTY);
    }

    /// What is read when the screen comes to the front.
    private record Known(List<ModelOption> models, List<Remembered> data) {}

    /// Reads models and data; `wanted` says what to choose of them.
    void refresh(Destination wanted) {
        services.tasks()
                .task(texts.get("train.reading"), progress -> new Known(models(), shelf.all()))
                .onDone(known -> {
                    models.setAll(known.models());
                    data.setAll(
                            known.data().stream().filter(Remembered::isThere).toList());
                    choose(wanted);
                })
                .start();
    }

    private List<ModelOption> models() throws IOException {
        List<ModelOption> found = new ArrayList<>();
        Path own = StarterFolder.in(services.home());
        found.add(new ModelOption(Import.STARTER, own, ModelFolder.open(own).parameterCount()));
        services.catalog().call(open -> open.models().all()).stream()
                .filter(entry -> !entry.name().equals(Import.STARTER) && Files.isDirectory(entry.folder()))
                .map(entry -> new ModelOption(entry.name(), entry.folder(), entry.parameters()))
                .forEach(found::add);
        return found;
    }

    private void choose(Destination wanted) {
        if (wanted instanceof Destination.Teach(var model, var file)) {
            models.stream()
                    .filter(option -> option.name().equals(model))
                    .findFirst()
                    .ifPresent(this::useModel);
            data.stream()
                    .filter(known -> known.entry().file().equals(file))
                    .findFirst()
                    .ifPresent(this::useData);
        }
        if (draft.get().model() == null) {
            models.stream().findFirst().ifPresent(this::useModel);
        }
        if (draft.get().data() == null && data.size() == 1) {
            useData(data.getFirst());
        }
        if (wanted instanceof Destination.OpenSettings(var file)) {
            load(file);
        }
    }

    void useModel(ModelOption model) {
        take(draft.get().withModel(model.folder().toString(), model.parameters()));
    }

    void useData(Remembered known) {
        take(draft.get().withData(known.choices()));
    }

    /// Takes the bundled rows, remembered like any other file.
    void useSample() {
        services.tasks()
                .task(texts.get("train.reading"), progress -> shelf.sample())
                .onDone(file -> services.navigation().go(new Destination.CheckData(file)))
                .start();
    }

    void useGoal(Goal goal) {
        take(draft.get().withGoal(goal));
    }

    void useStage(Stage stage) {
        take(draft.get().withStage(stage));
    }

    /// Sets one setting as typed.
    void set(String path, String text) {
        if (!draft.get().text(path).equals(text)) {
            take(draft.get().with(path, text));
        }
    }

    void set(Map<String, String> settings) {
        take(draft.get().with(settings));
    }

    void reset(String path) {
        take(draft.get().reset(path));
    }

    void resetAll() {
        take(draft.get().resetAll());
    }

    /// Does what a fix promises; its plan is made again with the form that it gives.
    void apply(Fix fix) {
        take(fix.remedy().draft());
    }

    private void take(Draft now) {
        draft.set(now);
        problem.set(problemOf(now));
        plan.show(now.isComplete() && problem.get() == null ? now : null);
        see();
    }

    private @Nullable Problem problemOf(Draft now) {
        Set<String> unreadable = now.unreadable();
        if (!unreadable.isEmpty()) {
            return Problem.unreadable(SettingField.of(unreadable.iterator().next()), texts);
        }
        try {
            Draft whole = now.isComplete()
                    ? now
                    : now.withModel("?", now.parameters()).withData(DataSection.of("?"));
            whole.config();
            return null;
        } catch (GantryException e) {
            return Problem.of(e, texts);
        }
    }

    private void see() {
        obstacle.set(obstacleNow());
    }

    private String obstacleNow() {
        Draft now = draft.get();
        Problem wrong = problem.get();
        if (now.model() == null) {
            return texts.get("train.obstacle.model");
        }
        if (now.data() == null) {
            return texts.get("train.obstacle.data");
        }
        if (wrong != null) {
            return texts.format("train.obstacle.setting", settingName(wrong.path()), wrong.words());
        }
        if (plan.failureProperty().get() != null) {
            return texts.get("train.obstacle.failed");
        }
        RunPlan made = plan.planProperty().get();
        if (plan.planningProperty().get() || made == null) {
            return texts.get("train.obstacle.planning");
        }
        if (!made.fits()) {
            return texts.get("train.obstacle.memory");
        }
        return starting.get() ? texts.get("train.obstacle.starting") : "";
    }

    /// The words for a setting, or the setting itself where there are none.
    String settingName(String path) {
        return texts.getOr("train.set." + path, path);
    }

    /// Starts the run in a process of its own, and shows it.
    void start() {
        if (!obstacle.get().isEmpty()) {
            return;
        }
        TrainConfig config = draft.get().config();
        String called = name.get();
        starting.set(true);
        services.tasks()
                .task(texts.get("train.starting"), progress -> starter.start(config, called))
                .onDone(run -> {
                    name.set("");
                    services.notices().info(texts.format("train.started", run.getFileName()));
                    services.navigation().go(new Destination.ShowRun(run));
                })
                .onEnd(() -> starting.set(false))
                .start();
    }

    /// Writes the settings where the user says.
    void save() {
        if (!isValid()) {
            return;
        }
        TrainConfig config = draft.get().config();
        services.host()
                .chooseFileToSave(texts.get("train.save"), "run." + SettingsFile.EXTENSION)
                .ifPresent(file -> write(file, config, texts.format("train.saved", file.getFileName())));
    }

    /// Puts the command that does the same into the clipboard; its settings go to a file in the home folder.
    void copyCommand() {
        if (!isValid()) {
            return;
        }
        TrainConfig config = draft.get().config();
        String file =
                (name.get().isBlank() ? "run" : name.get().strip().replaceAll("[^\\p{L}\\p{N}._-]+", "-")) + ".json";
        Path settings = services.home().folder().resolve("settings").resolve(file);
        String command = "gantry train \"" + settings + "\"";
        services.host().copy(command);
        write(settings, config, texts.format("train.copied", command));
    }

    private boolean isValid() {
        return draft.get().isComplete() && problem.get() == null;
    }

    private void write(Path file, TrainConfig config, String done) {
        services.tasks()
                .task(texts.get("train.save"), progress -> {
                    Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
                    DurableFiles.write(file, TrainConfigJson.write(config));
                    return true;
                })
                .onDone(written -> services.notices().info(done))
                .start();
    }

    /// Takes the settings of a file, exactly.
    void load(Path file) {
        List<ModelOption> known = List.copyOf(models);
        services.tasks()
                .task(texts.get("train.load"), progress -> settings(file, known))
                .onDone(config -> {
                    long parameters = models.stream()
                            .filter(option -> option.folder().equals(Path.of(config.model())))
                            .mapToLong(ModelOption::parameters)
                            .findFirst()
                            .orElse(0);
                    take(Draft.of(config, parameters));
                    services.notices().info(texts.format("train.loaded", file.getFileName()));
                })
                .start();
    }

    /// The settings in `file`; paths in them are relative to its folder, and a model may also be named, as for `gantry
    /// train`.
    private static TrainConfig settings(Path file, List<ModelOption> known) throws IOException {
        TrainConfig written = TrainConfigJson.read(file);
        Path folder = file.toAbsolutePath().resolveSibling(".").normalize();
        if (Files.isDirectory(folder.resolve(written.model()))) {
            return written.relativeTo(folder);
        }
        return known.stream()
                .filter(option -> option.name().equals(written.model()))
                .findFirst()
                .map(option -> written.withModel(option.folder().toString()))
                .orElse(written)
                .relativeTo(folder);
    }

    void close() {
        plan.stop();
    }

    ObservableList<ModelOption> modelOptions() {
        return models;
    }

    /// The data that was checked and is still there.
    ObservableList<Remembered> dataOptions() {
        return data;
    }

    PlanViewModel plan() {
        return plan;
    }

    ReadOnlyObjectProperty<Draft> draftProperty() {
        return draft.getReadOnlyProperty();
    }

    Draft draft() {
        return draft.get();
    }

    /// The first setting that is wrong.
    ReadOnlyObjectProperty<@Nullable Problem> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /// Why the run cannot start, in a sentence; empty when it can.
    ReadOnlyStringProperty obstacleProperty() {
        return obstacle.getReadOnlyProperty();
    }

    ReadOnlyBooleanProperty startingProperty() {
        return starting.getReadOnlyProperty();
    }

    /// What the folder of the run shall be called; empty for stage and time.
    StringProperty nameProperty() {
        return name;
    }
}
