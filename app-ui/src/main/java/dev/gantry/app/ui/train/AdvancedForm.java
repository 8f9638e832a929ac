package dev.gantry.app.ui.train;

import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.train.config.Stage;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/// Every setting, one section at a time.
final class AdvancedForm extends BorderPane {
    private static final String SCHEDULE = "schedule";

    private final Texts texts;
    private final TrainViewModel model;
    private final StringProperty section = new SimpleStringProperty("");
    private final Map<String, Node> pages = new HashMap<>();
    private final VBox page = new VBox();
    private final VBox column = new VBox();
    private final FlowPane row = new FlowPane();
    private final List<ToggleButton> sections;

    AdvancedForm(Texts texts, TrainViewModel model) {
        this.texts = texts;
        this.model = model;
        getStyleClass().addAll("page", "advanced-form");
        column.getStyleClass().add("sections");
        column.setMinWidth(USE_PREF_SIZE);
        row.getStyleClass().add("sections-row");
        sections = SettingField.sections().stream().map(this::sectionButton).toList();
        page.getStyleClass().addAll("card", "form-card");
        setCenter(page);
        setNarrow(false);
        section.subscribe((before, now) -> page.getChildren().setAll(pages.computeIfAbsent(now, this::page)));
        show(SettingField.sections().getFirst());
    }

    /// Where there is little room, the names of the sections stand above the fields.
    void setNarrow(boolean narrow) {
        (narrow ? column : row).getChildren().clear();
        (narrow ? row : column).getChildren().setAll(sections);
        setLeft(narrow ? null : column);
        setTop(narrow ? row : null);
    }

    void show(String name) {
        section.set(name);
    }

    private ToggleButton sectionButton(String name) {
        ToggleButton button = new ToggleButton();
        button.setId("train-section-" + name);
        button.setMaxWidth(Double.MAX_VALUE);
        button.getStyleClass().add("section");
        button.setOnAction(event -> {
            show(name);
            button.setSelected(true);
        });
        section.subscribe(now -> button.setSelected(now.equals(name)));
        model.draftProperty().subscribe(draft -> {
            long changed = draft.changed().stream()
                    .filter(path -> SettingField.of(path).section().equals(name))
                    .count();
            String words = texts.get("train.section." + name);
            button.setText(changed == 0 ? words : texts.format("train.section.changed", words, changed));
        });
        return button;
    }

    private VBox page(String name) {
        VBox fields = new VBox();
        fields.getStyleClass().add("fields");
        Label heading = new Label(texts.get("train.section." + name));
        heading.getStyleClass().add("heading");
        Label help = new Label(texts.get("train.section." + name + ".help"));
        help.getStyleClass().addAll("small", "muted");
        help.setWrapText(true);
        fields.getChildren().addAll(heading, help);
        if (name.equals(SettingField.RUN)) {
            fields.getChildren().add(stages());
        }
        if (name.equals(SCHEDULE)) {
            SchedulePlot plot = new SchedulePlot(texts);
            model.plan().planProperty().subscribe(plot::show);
            fields.getChildren().add(plot);
        }
        SettingField.all().stream()
                .filter(field -> field.section().equals(name))
                .map(field -> new FieldRow(texts, model, field))
                .forEach(fields.getChildren()::add);
        return fields;
    }

    private HBox stages() {
        HBox stages = new HBox();
        stages.getStyleClass().add("segments");
        stages.setMaxWidth(USE_PREF_SIZE);
        for (Stage stage : List.of(Stage.values())) {
            String key = "train.stage." + stage.name().toLowerCase(Locale.ROOT);
            ToggleButton button = new ToggleButton(texts.get(key));
            button.setId("train-stage-" + stage.name().toLowerCase(Locale.ROOT));
            button.setAccessibleHelp(texts.get(key + ".help"));
            button.setOnAction(event -> {
                button.setSelected(true);
                model.useStage(stage);
            });
            model.draftProperty().subscribe(draft -> button.setSelected(draft.stage() == stage));
            stages.getChildren().add(button);
        }
        return stages;
    }
}
