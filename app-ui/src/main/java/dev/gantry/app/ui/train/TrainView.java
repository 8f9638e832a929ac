package dev.gantry.app.ui.train;

import dev.gantry.app.run.SettingsFile;
import dev.gantry.app.ui.control.Narrow;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.HostSystem;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import java.util.List;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;

/// The Train screen: the form, simple or complete, beside what the run will take.
final class TrainView {
    /// What the form and the plan would like to have side by side.
    private static final double ROOMY_EM = 56;

    private final Services services;
    private final Texts texts;
    private final TrainViewModel model;
    private final BooleanProperty complete = new SimpleBooleanProperty();
    private final SimpleForm simple;
    private final AdvancedForm advanced;
    private final Parent root;

    @FXML
    private HBox modes;

    @FXML
    private Label changed;

    @FXML
    private Button resetAll;

    @FXML
    private MenuItem load;

    @FXML
    private MenuItem save;

    @FXML
    private MenuItem copy;

    @FXML
    private ScrollPane scroll;

    @FXML
    private ScrollPane planScroll;

    @FXML
    private Label obstacle;

    @FXML
    private Button start;

    TrainView(Services services, TrainViewModel model) {
        this.services = services;
        this.texts = services.texts();
        this.model = model;
        simple = new SimpleForm(services, model);
        advanced = new AdvancedForm(texts, model);
        this.root = Fxml.load(this, texts);
        Narrow.watch((Region) root, start.fontProperty(), ROOMY_EM).subscribe(advanced::setNarrow);
    }

    @FXML
    void initialize() {
        modes.getChildren().addAll(mode("simple", false), mode("advanced", true));
        complete.subscribe(now -> scroll.setContent(now ? advanced : simple));
        changed.managedProperty().bind(changed.visibleProperty());
        resetAll.visibleProperty().bind(changed.visibleProperty());
        resetAll.managedProperty().bind(changed.visibleProperty());
        resetAll.setOnAction(event -> model.resetAll());
        model.draftProperty().subscribe(draft -> {
            int count = draft.changed().size();
            changed.setText(texts.format("train.changed", count));
            changed.setVisible(count > 0);
        });
        load.setOnAction(event -> load());
        save.setOnAction(event -> model.save());
        copy.setOnAction(event -> model.copyCommand());
        for (MenuItem item : List.of(save, copy)) {
            item.disableProperty()
                    .bind(model.draftProperty()
                            .map(draft -> !draft.isComplete())
                            .orElse(true)
                            .map(Boolean::booleanValue));
        }
        planScroll.setContent(new PlanView(services, model));
        obstacle.textProperty().bind(model.obstacleProperty());
        obstacle.managedProperty().bind(model.obstacleProperty().isNotEmpty());
        start.disableProperty().bind(model.obstacleProperty().isNotEmpty());
        start.setOnAction(event -> model.start());
    }

    private ToggleButton mode(String key, boolean all) {
        ToggleButton button = new ToggleButton(texts.get("train.mode." + key));
        button.setId("train-" + key);
        button.setAccessibleHelp(texts.get("train.mode." + key + ".help"));
        button.setOnAction(event -> {
            complete.set(all);
            button.setSelected(true);
        });
        complete.subscribe(now -> button.setSelected(now == all));
        return button;
    }

    void load() {
        services.host()
                .chooseFile(
                        texts.get("train.load"),
                        new HostSystem.FileKind(texts.get("train.settings-file"), SettingsFile.PATTERNS))
                .ifPresent(model::load);
    }

    void simple() {
        complete.set(false);
    }

    void advanced(String section) {
        complete.set(true);
        advanced.show(section);
    }

    Parent root() {
        return root;
    }
}
