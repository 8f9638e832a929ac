package dev.gantry.app.ui.train;

import dev.gantry.app.ui.control.ShownAs;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.train.RunPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.TextInputControl;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// One setting: a dot and a way back when it was changed, its words, its field, what is wrong with it, one line of
/// help.
final class FieldRow extends GridPane {
    private static final int LINES = 3;

    private final Texts texts;
    private final TrainViewModel model;
    private final SettingField field;
    private final Label wrong = new Label();

    FieldRow(Texts texts, TrainViewModel model, SettingField field) {
        this.texts = texts;
        this.model = model;
        this.field = field;
        getStyleClass().add("field-row");
        String words = model.settingName(field.path());
        Region dot = new Region();
        dot.getStyleClass().add("dot");
        Label name = new Label(words);
        name.setWrapText(true);
        name.getStyleClass().add("field-name");
        Control editor = editor();
        editor.setId(field.id());
        name.setLabelFor(editor);
        Button reset = new Button(null, new IconView(Icon.UNDO));
        reset.getStyleClass().addAll("quiet", "icon-only");
        reset.setAccessibleText(texts.format("train.reset", words));
        reset.setOnAction(event -> model.reset(field.path()));
        String helpKey = "train.set." + field.path() + ".help";
        String sentence = texts.getOr(helpKey, field.path());
        editor.setAccessibleHelp(sentence);
        Label help = new Label(sentence);
        help.getStyleClass().addAll("small", "muted");
        help.setWrapText(true);
        wrong.getStyleClass().addAll("small", "bad");
        wrong.setWrapText(true);
        wrong.managedProperty().bind(wrong.visibleProperty());
        VBox below = new VBox(wrong, help);
        HBox label = new HBox(name, dot);
        label.getStyleClass().add("field-label");
        // the label above, so that large text has room beside the plan
        add(label, 0, 0);
        addRow(1, editor, reset);
        add(below, 0, 2, 2, 1);
        GridPane.setHgrow(editor, Priority.ALWAYS);
        model.draftProperty().subscribe(draft -> {
            boolean changed = draft.changed().contains(field.path());
            dot.setVisible(changed);
            reset.setVisible(changed);
        });
        model.problemProperty().subscribe(this::showProblem);
    }

    private void showProblem(@Nullable Problem problem) {
        String words = problem != null && problem.path().equals(field.path()) ? problem.words() : "";
        wrong.setVisible(!words.isEmpty());
        wrong.setText(words);
    }

    private Control editor() {
        return switch (field.kind()) {
            case SWITCH, CHOICE -> choice();
            case LINES -> area();
            case WHOLE, DECIMAL, TEXT, LIST, TABLE -> input(new TextField());
        };
    }

    private TextArea area() {
        TextArea area = new TextArea();
        area.setPrefRowCount(LINES);
        area.setWrapText(true);
        input(area);
        return area;
    }

    private TextInputControl input(TextInputControl input) {
        input.textProperty().subscribe((before, now) -> model.set(field.path(), now));
        model.draftProperty().subscribe(draft -> {
            if (!input.getText().equals(draft.text(field.path()))) {
                input.setText(draft.text(field.path()));
            }
        });
        model.plan().planProperty().subscribe(plan -> input.setPromptText(automatic(plan)));
        model.problemProperty().subscribe(problem -> {
            input.getStyleClass().remove("invalid");
            if (problem != null && problem.path().equals(field.path())) {
                input.getStyleClass().add("invalid");
            }
        });
        return input;
    }

    private ComboBox<String> choice() {
        ComboBox<String> box = new ComboBox<>();
        List<String> options = new ArrayList<>(field.options());
        options.addFirst("");
        box.getItems().setAll(options);
        Supplier<String> automatic = () -> automatic(model.plan().planProperty().get());
        box.setConverter(new ShownAs<>(option -> option.isEmpty() ? automatic.get() : words(option), automatic));
        box.setOnAction(event -> {
            if (box.getValue() != null) {
                model.set(field.path(), box.getValue());
            }
        });
        model.draftProperty().subscribe(draft -> box.setValue(draft.text(field.path())));
        return box;
    }

    private String words(String option) {
        String key = "train.option." + option;
        return texts.getOr(key, option);
    }

    /// What is chosen for the user, as far as the plan knows.
    private String automatic(@Nullable RunPlan plan) {
        String chosen = plan == null ? "" : model.plan().values().getOrDefault(field.path(), "");
        return chosen.isBlank() || !model.draft().text(field.path()).isBlank()
                ? texts.get("train.auto")
                : texts.format("train.auto.value", words(chosen.replace('\n', ' ')));
    }
}
