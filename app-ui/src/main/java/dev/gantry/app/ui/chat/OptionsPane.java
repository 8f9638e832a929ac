package dev.gantry.app.ui.chat;

import dev.gantry.app.ui.control.ShownAs;
import dev.gantry.app.ui.control.TabMovesOn;
import dev.gantry.app.ui.text.Texts;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Slider;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.TextFormatter;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.converter.NumberStringConverter;
import org.jspecify.annotations.Nullable;

/// The panel at the right: what the model is told first, its template, and how answers are drawn.
final class OptionsPane {
    private static final int SYSTEM_ROWS = 4;
    private static final int LONGEST = 2048;
    private static final int WIDEST_K = 200;

    private final Texts texts;
    private final OptionsViewModel options;
    private final VBox fields = new VBox();
    private final ScrollPane root;

    OptionsPane(Texts texts, OptionsViewModel options) {
        this.texts = texts;
        this.options = options;
        fields.getStyleClass().add("options-fields");
        addSystem();
        addTemplate();
        addSampling();
        root = new ScrollPane(fields);
        root.setFitToWidth(true);
        root.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        root.setFocusTraversable(false);
        root.getStyleClass().add("options");
    }

    private void addSystem() {
        TextArea system = new TextArea();
        system.setId("chat-system");
        system.setPrefRowCount(SYSTEM_ROWS);
        system.setWrapText(true);
        TabMovesOn.in(system);
        system.setPromptText(texts.get("chat.system.prompt"));
        system.textProperty().bindBidirectional(options.systemProperty());
        add("chat.system", system);
    }

    private void addTemplate() {
        ComboBox<String> template = new ComboBox<>();
        template.setId("chat-template");
        template.getItems().setAll(OptionsViewModel.templates());
        template.setConverter(new ShownAs<>(
                name -> name.equals(OptionsViewModel.OWN_TEMPLATE) ? texts.get("chat.template.own") : name));
        template.valueProperty().bindBidirectional(options.templateProperty());
        template.setMaxWidth(Double.MAX_VALUE);
        add("chat.template", template);
    }

    private void addSampling() {
        Label heading = new Label(texts.get("chat.sampling"));
        heading.getStyleClass().add("heading");
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        Button reset = new Button(texts.get("chat.sampling.reset"));
        reset.getStyleClass().addAll("quiet", "small-button");
        reset.setOnAction(_ -> options.resetSampling());
        HBox line = new HBox(heading, space, reset);
        line.getStyleClass().add("options-line");
        fields.getChildren().add(line);
        addSlider("chat.temperature", options.temperatureProperty(), 0, 2, 0.05);
        addSlider("chat.top-p", options.topPProperty(), 0.05, 1, 0.05);
        addSlider("chat.min-p", options.minPProperty(), 0, 0.5, 0.01);
        addSlider("chat.repetition", options.repetitionPenaltyProperty(), 1, 2, 0.05);
        addSlider("chat.top-k", options.topKProperty(), WIDEST_K);
        addSlider("chat.max-tokens", options.maxNewTokensProperty(), LONGEST);
        CheckBox fixed = new CheckBox(texts.get("chat.fixed-seed"));
        fixed.setAccessibleHelp(texts.get("chat.fixed-seed.help"));
        fixed.setWrapText(true);
        fixed.selectedProperty().bindBidirectional(options.fixedSeedProperty());
        TextField seed = new TextField();
        seed.setTextFormatter(
                new TextFormatter<>(change -> change.getControlNewText().matches("\\d{0,18}") ? change : null));
        seed.textProperty().bindBidirectional(options.seedProperty(), new NumberStringConverter("0"));
        seed.disableProperty().bind(options.fixedSeedProperty().not());
        fields.getChildren().add(fixed);
        add("chat.seed", seed);
    }

    /// A number with two digits behind the point.
    private void addSlider(String key, DoubleProperty value, double min, double max, double step) {
        Slider slider = slider(key, min, max, step, number -> texts.numbers().decimal(number, 2));
        value.subscribe(now -> slider.setValue(now.doubleValue()));
        slider.valueProperty().subscribe(now -> value.set(rounded(now.doubleValue(), step)));
    }

    /// A count.
    private void addSlider(String key, IntegerProperty value, int max) {
        Slider slider = slider(key, 0, max, 1, number -> String.valueOf(Math.round(number)));
        value.subscribe(now -> slider.setValue(now.doubleValue()));
        slider.valueProperty().subscribe(now -> value.set((int) Math.round(now.doubleValue())));
    }

    /// Cut to what the step allows, without the dust of binary fractions.
    private static double rounded(double value, double step) {
        return Math.round(Math.round(value / step) * step * 100) / 100.0;
    }

    private Slider slider(String key, double min, double max, double step, DoubleFunction<String> words) {
        Slider slider = new Slider(min, max, min);
        slider.setBlockIncrement(step);
        slider.setId(key.replace('.', '-'));
        add(key, slider, number(key, slider, () -> words.apply(rounded(slider.getValue(), step))));
        return slider;
    }

    /// The value of a slider, to be typed; what is no number is put back.
    private TextField number(String key, Slider slider, Supplier<String> words) {
        TextField number = new TextField(words.get());
        number.setId(slider.getId() + "-number");
        number.getStyleClass().addAll("small", "mono", "options-number");
        number.setAccessibleText(texts.get(key));
        number.setAccessibleHelp(texts.get(key + ".help"));
        slider.valueProperty().subscribe(_ -> number.setText(words.get()));
        Runnable take = () -> {
            try {
                slider.setValue(Double.parseDouble(number.getText().strip().replace(',', '.')));
            } catch (NumberFormatException _) {
                // put back below
            }
            number.setText(words.get());
        };
        number.setOnAction(_ -> take.run());
        number.focusedProperty().subscribe((before, now) -> {
            if (before && !now) {
                take.run();
            }
        });
        return number;
    }

    private void add(String key, Node control) {
        add(key, control, null);
    }

    private void add(String key, Node control, @Nullable Node value) {
        Label name = new Label(texts.get(key));
        name.getStyleClass().add("small");
        name.setLabelFor(control);
        name.setWrapText(true);
        control.setAccessibleText(texts.get(key));
        control.setAccessibleHelp(texts.get(key + ".help"));
        HBox line = new HBox(name);
        line.getStyleClass().add("options-line");
        if (value != null) {
            Region space = new Region();
            HBox.setHgrow(space, Priority.ALWAYS);
            line.getChildren().addAll(space, value);
        }
        VBox field = new VBox(line, control);
        field.getStyleClass().add("options-field");
        fields.getChildren().add(field);
    }

    Parent root() {
        return root;
    }
}
