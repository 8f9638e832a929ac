package dev.gantry.app.ui.data;

import dev.gantry.app.library.Import;
import dev.gantry.app.library.ModelText;
import dev.gantry.app.library.StarterFolder;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.task.BackgroundTask;
import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.DataInspection;
import dev.gantry.lora.data.DataOptions;
import dev.gantry.lora.data.DataRequest;
import dev.gantry.lora.data.DatasetInspector;
import dev.gantry.lora.data.source.Fault;
import dev.gantry.lora.data.tokens.OverLong;
import dev.gantry.lora.data.tokens.TrainOn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The pass over the whole file: what is wrong with rows, how long they are for a model, what of them is learned.
final class CheckViewModel {
    private final Services services;
    private final ObservableList<ModelChoice> models = FXCollections.observableArrayList();
    private final ObjectProperty<@Nullable ModelChoice> model = new SimpleObjectProperty<>();
    private final ObjectProperty<TrainOn> trainOn = new SimpleObjectProperty<>(TrainOn.ANSWERS);
    private final BooleanProperty skip = new SimpleBooleanProperty();
    private final IntegerProperty maxTokens = new SimpleIntegerProperty();
    private final ObjectProperty<OverLong> overLong = new SimpleObjectProperty<>(OverLong.DROP);
    private final ReadOnlyObjectWrapper<@Nullable DataInspection> inspection = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable GantryException> failure = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable BackgroundTask<?>> running = new ReadOnlyObjectWrapper<>();
    private final ObjectProperty<@Nullable Fault> fault = new SimpleObjectProperty<>();
    private final ReadOnlyStringWrapper rowText = new ReadOnlyStringWrapper("");
    private @Nullable DataRequest request;

    CheckViewModel(Services services) {
        this.services = services;
        model.subscribe((before, now) -> run());
        trainOn.subscribe((before, now) -> run());
        fault.subscribe((before, now) -> showRow(now));
    }

    /// Reads which models there are, and takes the one that comes with the program unless another was chosen.
    void readModels() {
        services.tasks()
                .task(services.texts().get("data.reading-models"), progress -> models())
                .onDone(found -> {
                    models.setAll(found);
                    if (model.get() == null || !found.contains(model.get())) {
                        model.set(found.getFirst());
                    }
                })
                .start();
    }

    private List<ModelChoice> models() {
        List<ModelChoice> found = new ArrayList<>();
        found.add(new ModelChoice(Import.STARTER, services.home().models().resolve(Import.STARTER)));
        services.catalog().call(open -> open.models().all()).stream()
                .filter(entry -> !entry.name().equals(Import.STARTER))
                .map(entry -> new ModelChoice(entry.name(), entry.folder()))
                .forEach(found::add);
        return found;
    }

    /// Takes another file or another mapping; what was found before no longer holds.
    void look(DataRequest data) {
        request = data;
        inspection.set(null);
        fault.set(null);
        failure.set(null);
    }

    /// Runs the pass unless its result is there.
    void runOnce() {
        if (inspection.get() == null && running.get() == null) {
            run();
        }
    }

    /// Runs the pass, in place of one that is going on.
    void run() {
        stop();
        DataRequest data = request;
        ModelChoice counted = model.get();
        if (data == null || counted == null) {
            return;
        }
        DataRequest asked = data.withOptions(DataOptions.DEFAULT.withTrainOn(trainOn.get()));
        failure.set(null);
        BackgroundTask<DataInspection> task = services.tasks()
                .task(services.texts().get("data.checking"), progress -> inspect(asked, counted, progress));
        running.set(task);
        task.onDone(found -> {
                    if (running.get() == task) {
                        inspection.set(found);
                        fault.set(found.report().firstFaults().stream()
                                .findFirst()
                                .orElse(null));
                    }
                })
                .onFailed(failure::set)
                .onEnd(() -> {
                    if (running.get() == task) {
                        running.set(null);
                    }
                })
                .start();
    }

    private DataInspection inspect(DataRequest asked, ModelChoice counted, Progress progress) throws IOException {
        Path folder = counted.name().equals(Import.STARTER) ? StarterFolder.in(services.home()) : counted.folder();
        try (ModelText text = ModelText.open(folder, "")) {
            return DatasetInspector.inspect(asked, text.target(), progress);
        }
    }

    /// Asks a pass that is going on to stop.
    void stop() {
        BackgroundTask<?> task = running.get();
        if (task != null) {
            task.cancel();
            running.set(null);
        }
    }

    private void showRow(@Nullable Fault shown) {
        rowText.set(shown == null ? "" : shown.excerpt());
        DataRequest data = request;
        if (shown == null || data == null) {
            return;
        }
        services.tasks()
                .task(
                        services.texts().get("data.reading-row"),
                        progress -> RowText.read(data.source(), shown.at(), progress))
                .onDone(text -> {
                    if (shown.equals(fault.get()) && !text.isBlank()) {
                        rowText.set(text);
                    }
                })
                .start();
    }

    /// Rows that cannot be used, 0 before the pass has ended.
    long unusable() {
        DataInspection found = inspection.get();
        return found == null ? 0 : found.report().unusable();
    }

    ObservableList<ModelChoice> modelChoices() {
        return models;
    }

    /// The model whose tokens are counted.
    ObjectProperty<@Nullable ModelChoice> modelProperty() {
        return model;
    }

    ObjectProperty<TrainOn> trainOnProperty() {
        return trainOn;
    }

    /// Whether rows that cannot be used are left out; otherwise a run would refuse the file.
    BooleanProperty skipProperty() {
        return skip;
    }

    /// The longest row; 0 for what the data suggests.
    IntegerProperty maxTokensProperty() {
        return maxTokens;
    }

    ObjectProperty<OverLong> overLongProperty() {
        return overLong;
    }

    /// What the pass found; null before it has ended.
    ReadOnlyObjectProperty<@Nullable DataInspection> inspectionProperty() {
        return inspection.getReadOnlyProperty();
    }

    ReadOnlyObjectProperty<@Nullable GantryException> failureProperty() {
        return failure.getReadOnlyProperty();
    }

    /// The pass that is going on.
    ReadOnlyObjectProperty<@Nullable BackgroundTask<?>> runningProperty() {
        return running.getReadOnlyProperty();
    }

    /// The fault whose row is shown.
    ObjectProperty<@Nullable Fault> faultProperty() {
        return fault;
    }

    /// The row of that fault as it stands in the file.
    ReadOnlyStringProperty rowTextProperty() {
        return rowText.getReadOnlyProperty();
    }
}
