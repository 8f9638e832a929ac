package dev.gantry.app.ui.data;

import dev.gantry.app.library.DataShelf;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.data.DataDefaults;
import dev.gantry.lora.data.DataInspection;
import dev.gantry.lora.data.DataOptions;
import dev.gantry.lora.data.DataRequest;
import dev.gantry.lora.data.check.FaultPolicy;
import dev.gantry.lora.data.example.ColumnMapping;
import dev.gantry.lora.data.tokens.OverLong;
import dev.gantry.lora.data.tokens.TrainOn;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.zoo.catalog.DatasetEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.jspecify.annotations.Nullable;

/// Takes a file through the four steps and remembers what was chosen.
final class DataViewModel {
    private final Services services;
    private final Texts texts;
    private final DataShelf store;
    private final ShelfViewModel shelf;
    private final MapViewModel map = new MapViewModel(this::mappingChanged);
    private final CheckViewModel check;
    private final ReadOnlyObjectWrapper<@Nullable Path> file = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable FirstLook> look = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable GantryException> failure = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<Step> step = new ReadOnlyObjectWrapper<>(Step.DETECT);
    private final ReadOnlyStringWrapper obstacle = new ReadOnlyStringWrapper("");
    private final DoubleProperty evalFraction = new SimpleDoubleProperty(DataDefaults.EVAL_FRACTION);
    private final StringProperty name = new SimpleStringProperty("");

    DataViewModel(Services services) {
        this.services = services;
        this.texts = services.texts();
        store = new DataShelf(services.home(), services.catalog());
        shelf = new ShelfViewModel(services, store, this::open);
        check = new CheckViewModel(services);
        check.inspectionProperty().subscribe(found -> see());
        check.skipProperty().subscribe(skipped -> see());
        check.failureProperty().subscribe(found -> see());
        map.byHandProperty().subscribe(byHand -> see());
        map.mappingProperty().subscribe(said -> see());
        name.subscribe(called -> see());
    }

    /// The screen has come to the front.
    void refresh() {
        shelf.refresh();
        check.readModels();
    }

    /// Opens a file at the first step, with what was chosen for it before.
    void open(Path opened) {
        check.stop();
        look.set(null);
        failure.set(null);
        file.set(opened);
        step.set(Step.DETECT);
        String full = String.valueOf(opened.getFileName());
        int dot = full.lastIndexOf('.');
        name.set(dot > 0 ? full.substring(0, dot) : full);
        services.tasks()
                .task(texts.format("data.looking", full), progress -> choicesAndLook(opened))
                .onDone(found -> show(opened, found))
                .onFailed(failure::set)
                .start();
    }

    /// What is read when a file is opened.
    private record Opened(DataSection choices, FirstLook look) {}

    private Opened choicesAndLook(Path opened) throws IOException {
        DataSection known = store.all().stream()
                .filter(data ->
                        data.entry().file().equals(opened.toAbsolutePath().normalize()))
                .map(DataShelf.Remembered::choices)
                .findFirst()
                .orElse(DataSection.of(opened.toString()));
        return new Opened(known, FirstLook.at(opened, known.mapping()));
    }

    private void show(Path opened, Opened found) {
        if (!opened.equals(file.get())) {
            return;
        }
        DataSection known = found.choices();
        check.skipProperty().set(known.faultPolicy() == FaultPolicy.SKIP);
        check.trainOnProperty().set(known.trainOn() == null ? TrainOn.ANSWERS : known.trainOn());
        check.overLongProperty().set(known.overLong() == null ? OverLong.DROP : known.overLong());
        check.maxTokensProperty().set(known.maxTokens() == null ? 0 : known.maxTokens());
        evalFraction.set(known.evalFraction() == null ? DataDefaults.EVAL_FRACTION : known.evalFraction());
        map.show(found.look(), known.mapping());
        take(found.look());
        if (found.look().format() == null) {
            step.set(Step.MAP);
        }
        see();
    }

    private void take(FirstLook found) {
        look.set(found);
        check.look(new DataRequest(found.source(), map.mappingProperty().get(), DataOptions.DEFAULT));
    }

    private void mappingChanged() {
        Path now = file.get();
        if (now == null) {
            return;
        }
        ColumnMapping said = map.mappingProperty().get();
        services.tasks()
                .task(texts.format("data.looking", now.getFileName()), progress -> FirstLook.at(now, said))
                .onDone(found -> {
                    if (now.equals(file.get())) {
                        take(found);
                        see();
                    }
                })
                .onFailed(failure::set)
                .start();
    }

    /// Back to the files that were checked before.
    void close() {
        check.stop();
        file.set(null);
        look.set(null);
        failure.set(null);
        step.set(Step.DETECT);
        shelf.refresh();
    }

    void back() {
        go(step.get().before());
    }

    /// The next step, or at the last one the end: the file is remembered and the Train screen opens with it.
    void next() {
        if (!obstacle.get().isEmpty()) {
            return;
        }
        if (step.get() == Step.SPLIT) {
            remember();
        } else {
            go(step.get().next());
        }
    }

    /// Shows a step; later ones only when nothing before them is missing.
    void go(Step wanted) {
        if (look.get() == null
                || (wanted.compareTo(step.get()) > 0 && !obstacle.get().isEmpty())) {
            return;
        }
        step.set(wanted);
        if (wanted == Step.CHECK || wanted == Step.SPLIT) {
            check.runOnce();
        }
        see();
    }

    private void remember() {
        DataInspection found = check.inspectionProperty().get();
        Path now = file.get();
        if (found == null || now == null) {
            return;
        }
        DatasetEntry entry = new DatasetEntry(
                name.get().strip(),
                now,
                found.format().name().toLowerCase(Locale.ROOT),
                found.report().rows(),
                Instant.now(services.clock()));
        DataSection chosen = choices();
        services.tasks()
                .task(texts.get("data.remembering"), progress -> {
                    store.put(entry, chosen);
                    return true;
                })
                .onDone(done -> {
                    close();
                    services.notices().info(texts.format("data.remembered", entry.name()));
                    services.navigation().go(new Destination.Teach(null, now));
                })
                .start();
    }

    /// What was chosen, as the section of a run's settings; what is as usual is left to be chosen.
    DataSection choices() {
        boolean usualSplit = evalFraction.get() == DataDefaults.EVAL_FRACTION;
        ColumnMapping said = map.mappingProperty().get();
        int maxTokens = check.maxTokensProperty().get();
        OverLong overLong = check.overLongProperty().get();
        TrainOn trainOn = check.trainOnProperty().get();
        boolean skips = check.skipProperty().get() && check.unusable() > 0;
        return new DataSection(
                String.valueOf(file.get()),
                null,
                maxTokens == 0 ? null : maxTokens,
                null,
                usualSplit ? null : evalFraction.get(),
                overLong == DataDefaults.OVER_LONG ? null : overLong,
                skips ? FaultPolicy.SKIP : null,
                trainOn == DataDefaults.TRAIN_ON ? null : trainOn,
                null,
                said == null ? null : said.columns());
    }

    /// Says what keeps the user from going on.
    private void see() {
        obstacle.set(obstacleNow());
    }

    private String obstacleNow() {
        if (look.get() == null) {
            return texts.get("data.obstacle.look");
        }
        return switch (step.get()) {
            case DETECT -> "";
            case MAP -> map.isComplete() ? "" : texts.get("data.obstacle.columns");
            case CHECK -> unchecked();
            case SPLIT -> name.get().isBlank() ? texts.get("data.obstacle.name") : unchecked();
        };
    }

    private String unchecked() {
        DataInspection found = check.inspectionProperty().get();
        if (found == null) {
            return texts.get(check.failureProperty().get() == null ? "data.obstacle.checking" : "data.obstacle.failed");
        }
        if (found.report().examples() == 0) {
            return texts.get("data.obstacle.none");
        }
        return check.unusable() > 0 && !check.skipProperty().get()
                ? texts.format("data.obstacle.faults", check.unusable())
                : "";
    }

    ShelfViewModel shelf() {
        return shelf;
    }

    MapViewModel map() {
        return map;
    }

    CheckViewModel check() {
        return check;
    }

    /// The file in the wizard; null while the files known already are shown.
    ReadOnlyObjectProperty<@Nullable Path> fileProperty() {
        return file.getReadOnlyProperty();
    }

    /// What its first rows tell; null before they were read.
    ReadOnlyObjectProperty<@Nullable FirstLook> lookProperty() {
        return look.getReadOnlyProperty();
    }

    /// Why the file cannot be read at all.
    ReadOnlyObjectProperty<@Nullable GantryException> failureProperty() {
        return failure.getReadOnlyProperty();
    }

    ReadOnlyObjectProperty<Step> stepProperty() {
        return step.getReadOnlyProperty();
    }

    /// What keeps the user from the next step, in a sentence; empty when nothing does.
    ReadOnlyStringProperty obstacleProperty() {
        return obstacle.getReadOnlyProperty();
    }

    /// The share of rows that is held back.
    DoubleProperty evalFractionProperty() {
        return evalFraction;
    }

    /// The name the file is remembered under.
    StringProperty nameProperty() {
        return name;
    }
}
