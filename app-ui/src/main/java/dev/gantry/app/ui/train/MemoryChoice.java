package dev.gantry.app.ui.train;

import dev.gantry.app.ui.text.Texts;
import java.util.LinkedHashMap;
import java.util.Map;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/// All memory there is, or limits that the run keeps to while weights wait elsewhere.
final class MemoryChoice extends VBox {
    private static final String DEVICE = "machine.device_memory";
    private static final String HOST = "machine.host_memory";
    private static final String DISK = "machine.disk_folder";
    private static final String FIRST_LIMIT = "2GiB";

    private final Texts texts;
    private final TrainViewModel model;

    MemoryChoice(Texts texts, TrainViewModel model) {
        this.texts = texts;
        this.model = model;
        getStyleClass().add("memory-choice");
        Map<String, String> none = new LinkedHashMap<>();
        none.put(DEVICE, "");
        none.put(HOST, "");
        none.put(DISK, "");
        ToggleButton auto = choice("auto", none);
        ToggleButton limited = choice("limited", Map.of(DEVICE, FIRST_LIMIT));
        HBox segments = new HBox(auto, limited);
        segments.getStyleClass().add("segments");
        segments.setMaxWidth(USE_PREF_SIZE);
        Label help = new Label();
        help.getStyleClass().addAll("small", "muted");
        help.setWrapText(true);
        GridPane limits = new GridPane();
        limits.getStyleClass().add("form-grid");
        int row = 0;
        for (String path : new String[] {DEVICE, HOST, DISK}) {
            limits.addRow(row++, limit(path));
        }
        getChildren().addAll(segments, help, limits);
        model.draftProperty().subscribe(draft -> {
            boolean isLimited =
                    !draft.text(DEVICE).isBlank() || !draft.text(HOST).isBlank();
            auto.setSelected(!isLimited);
            limited.setSelected(isLimited);
            limits.setVisible(isLimited);
            limits.setManaged(isLimited);
            help.setText(texts.get(isLimited ? "train.memory.limited.help" : "train.memory.auto.help"));
        });
    }

    private ToggleButton choice(String key, Map<String, String> settings) {
        ToggleButton button = new ToggleButton(texts.get("train.memory." + key));
        button.setId("train-memory-" + key);
        button.setAccessibleHelp(texts.get("train.memory." + key + ".help"));
        button.setOnAction(event -> {
            boolean isLimited = !model.draft().text(DEVICE).isBlank();
            if (key.equals("auto") || !isLimited) {
                model.set(settings);
            }
            button.setSelected(true);
        });
        return button;
    }

    private Node[] limit(String path) {
        TextField field = new TextField();
        field.setId("simple-" + SettingField.of(path).id());
        field.setPromptText(texts.get("train.auto"));
        field.setAccessibleHelp(texts.get("train.set." + path + ".help"));
        field.textProperty().subscribe((before, now) -> model.set(path, now));
        model.draftProperty().subscribe(draft -> {
            if (!field.getText().equals(draft.text(path))) {
                field.setText(draft.text(path));
            }
        });
        Label label = new Label(texts.get("train.set." + path));
        label.setLabelFor(field);
        label.getStyleClass().add("muted");
        Label help = new Label(texts.get("train.set." + path + ".help"));
        help.getStyleClass().addAll("small", "muted");
        help.setWrapText(true);
        return new Node[] {label, field, help};
    }
}
