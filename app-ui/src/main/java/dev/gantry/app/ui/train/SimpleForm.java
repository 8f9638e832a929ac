package dev.gantry.app.ui.train;

import dev.gantry.app.library.DataShelf.Remembered;
import dev.gantry.app.ui.control.ShownAs;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.train.config.DataSection;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The few things one must decide: what is taught what, to what end, how long, and with how much memory.
final class SimpleForm extends VBox {
    private static final String PATIENCE = "duration.early_stop_patience";

    private final Services services;
    private final Texts texts;
    private final TrainViewModel model;
    private boolean showing;

    SimpleForm(Services services, TrainViewModel model) {
        this.services = services;
        this.texts = services.texts();
        this.model = model;
        getStyleClass().addAll("page", "simple-form");
        getChildren()
                .addAll(
                        card("train.what", what()),
                        card("train.goal", goals()),
                        card("train.length", length()),
                        card("train.memory", new MemoryChoice(texts, model)));
    }

    private VBox card(String key, Node content) {
        Label heading = new Label(texts.get(key));
        heading.getStyleClass().add("heading");
        VBox card = new VBox(heading, content);
        card.getStyleClass().addAll("card", "form-card");
        return card;
    }

    private GridPane what() {
        ComboBox<ModelOption> models = box(ModelOption::name);
        models.setItems(model.modelOptions());
        models.setId("train-model");
        models.setPromptText(texts.get("train.model.choose"));
        models.setAccessibleHelp(texts.get("train.model.help"));
        models.setOnAction(event -> chosen(models.getValue(), model::useModel));
        ComboBox<Remembered> data = box(known -> known.entry().name());
        data.setItems(model.dataOptions());
        data.setId("train-data");
        data.setPromptText(texts.get("train.data.choose"));
        data.setAccessibleHelp(texts.get("train.data.help"));
        data.setOnAction(event -> chosen(data.getValue(), model::useData));
        Button check = new Button(texts.get("train.data.check"), new IconView(Icon.ADD));
        check.setId("train-check-data");
        check.setMinWidth(USE_PREF_SIZE);
        check.setOnAction(event -> services.navigation().go(new Destination.Front(ScreenName.DATA)));
        check.setVisible(services.navigation().has(ScreenName.DATA));
        Button sample = new Button(texts.get("train.data.sample"));
        sample.setMinWidth(USE_PREF_SIZE);
        sample.setOnAction(event -> model.useSample());
        TextField name = new TextField();
        name.setId("train-name");
        name.setPromptText(texts.get("train.name.prompt"));
        name.setAccessibleHelp(texts.get("train.name.help"));
        name.textProperty().bindBidirectional(model.nameProperty());
        GridPane grid = new GridPane();
        grid.getStyleClass().add("form-grid");
        grid.addRow(0, label("train.model", models), models);
        grid.addRow(1, label("train.data", data), new FlowPane(8, 8, data, check, sample));
        grid.addRow(2, label("train.name", name), name);
        model.draftProperty().subscribe(draft -> {
            showing = true;
            models.setValue(model.modelOptions().stream()
                    .filter(option -> option.folder().toString().equals(draft.model()))
                    .findFirst()
                    .orElse(null));
            models.setPromptText(elsewhere(draft.model(), "train.model.choose"));
            DataSection chosen = draft.data();
            Remembered known = chosen == null
                    ? null
                    : model.dataOptions().stream()
                            .filter(option -> option.choices().path().equals(chosen.path()))
                            .findFirst()
                            .orElse(null);
            data.setValue(known);
            data.setPromptText(elsewhere(chosen == null ? null : chosen.path(), "train.data.choose"));
            sample.setVisible(chosen == null);
            sample.setManaged(chosen == null);
            showing = false;
        });
        return grid;
    }

    /// What a list says that has nothing chosen: a file of settings may name what is in no list.
    private String elsewhere(@Nullable String path, String nothing) {
        return path == null
                ? texts.get(nothing)
                : path.substring(path.replace('\\', '/').lastIndexOf('/') + 1);
    }

    private <T> void chosen(@Nullable T value, Consumer<T> use) {
        if (!showing && value != null) {
            use.accept(value);
        }
    }

    private Label label(String key, Node field) {
        Label label = new Label(texts.get(key));
        label.setLabelFor(field);
        label.setMinWidth(USE_PREF_SIZE);
        label.getStyleClass().add("muted");
        return label;
    }

    private static <T> ComboBox<T> box(Function<T, String> words) {
        ComboBox<T> box = new ComboBox<>();
        box.setConverter(new ShownAs<>(words));
        return box;
    }

    private FlowPane goals() {
        FlowPane cards = new FlowPane();
        cards.getStyleClass().add("goals");
        for (Goal goal : Goal.values()) {
            Label title = new Label(texts.get("train.goal." + goal.key()));
            title.getStyleClass().add("strong");
            Label words = new Label(texts.get("train.goal." + goal.key() + ".text"));
            words.getStyleClass().addAll("small", "muted");
            words.setWrapText(true);
            VBox inside = new VBox(title, words);
            inside.getStyleClass().add("inside");
            ToggleButton card = new ToggleButton(null, inside);
            card.setId("train-goal-" + goal.key());
            card.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
            card.getStyleClass().add("goal");
            card.setAccessibleText(title.getText());
            card.setAccessibleHelp(words.getText());
            card.setOnAction(event -> {
                card.setSelected(true);
                model.useGoal(goal);
            });
            model.draftProperty().subscribe(draft -> {
                card.setSelected(draft.goal() == goal);
                card.setVisible(goal != Goal.OWN || draft.goal() == Goal.OWN);
                card.setManaged(card.isVisible());
            });
            cards.getChildren().add(card);
        }
        return cards;
    }

    private VBox length() {
        Slider slider = new Slider(0, RunLength.STOPS.size() - 1.0, 0);
        slider.setId("train-length");
        slider.setMajorTickUnit(1);
        slider.setMinorTickCount(0);
        slider.setSnapToTicks(true);
        slider.setBlockIncrement(1);
        slider.setAccessibleText(texts.get("train.length"));
        slider.setAccessibleHelp(texts.get("train.length.help"));
        slider.valueProperty().subscribe((before, now) -> {
            if (!showing && before.intValue() != now.intValue() && now.doubleValue() == Math.rint(now.doubleValue())) {
                model.set(RunLength.STOPS.get(now.intValue()).settings());
            }
        });
        Label words = new Label();
        words.getStyleClass().add("strong");
        words.setMinWidth(USE_PREF_SIZE);
        CheckBox stop = new CheckBox(texts.get("train.stop-early"));
        stop.setId("train-stop-early");
        stop.setAccessibleHelp(texts.get("train.stop-early.help"));
        stop.setOnAction(event -> model.set(PATIENCE, stop.isSelected() ? "" : "0"));
        model.draftProperty().subscribe(draft -> {
            showing = true;
            slider.setValue(RunLength.stopOf(draft));
            stop.setSelected(!draft.text(PATIENCE).strip().equals("0"));
            words.setText(lengthWords(draft));
            showing = false;
        });
        HBox line = new HBox(
                new Label(texts.get("train.length.quick")),
                slider,
                new Label(texts.get("train.length.thorough")),
                words);
        line.getStyleClass().add("length-line");
        HBox.setHgrow(slider, Priority.ALWAYS);
        return new VBox(8, line, stop);
    }

    private String lengthWords(Draft draft) {
        String steps = draft.text("duration.max_steps").strip();
        String passes = draft.text("duration.epochs").strip();
        if (!steps.isEmpty()) {
            return texts.format("train.length.steps", steps);
        }
        return passes.isEmpty() ? texts.get("train.length.auto") : texts.format("train.length.passes", passes);
    }
}
