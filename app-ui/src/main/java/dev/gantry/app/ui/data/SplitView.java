package dev.gantry.app.ui.data;

import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.data.DataInspection;
import javafx.beans.binding.Bindings;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.TextField;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// What is held back, what is left out, and the name the file is remembered under.
final class SplitView extends VBox {
    private static final double MOST_PERCENT = 20;

    private final Texts texts;
    private final DataViewModel model;
    private final GridPane numbers = new GridPane();
    private final HBox bar = new HBox();

    SplitView(Texts texts, DataViewModel model) {
        this.texts = texts;
        this.model = model;
        numbers.getStyleClass().add("facts");
        bar.getStyleClass().add("split-bar");
        getChildren()
                .add(Cards.pair(
                        Cards.of(texts.get("data.split"), fields()),
                        Cards.of(texts.get("data.split.becomes"), bar, numbers)));
        model.check().inspectionProperty().subscribe(found -> show());
        model.check().skipProperty().subscribe(skips -> show());
        model.evalFractionProperty().subscribe(share -> show());
    }

    private GridPane fields() {
        TextField name = new TextField();
        name.setId("data-name");
        name.textProperty().bindBidirectional(model.nameProperty());
        name.setAccessibleHelp(texts.get("data.name.help"));
        Label nameLabel = new Label(texts.get("data.name"));
        nameLabel.setLabelFor(name);
        Slider share =
                new Slider(0, MOST_PERCENT, 100 * model.evalFractionProperty().get());
        share.setId("data-eval");
        share.setBlockIncrement(1);
        share.setAccessibleHelp(texts.get("data.eval.help"));
        share.valueProperty()
                .subscribe((before, now) -> model.evalFractionProperty().set(Math.round(now.doubleValue()) / 100.0));
        model.evalFractionProperty().subscribe(now -> {
            if (Math.round(share.getValue()) != Math.round(100 * now.doubleValue())) {
                share.setValue(100 * now.doubleValue());
            }
        });
        Label shareLabel = new Label(texts.get("data.eval"));
        shareLabel.setLabelFor(share);
        Label shown = new Label();
        shown.textProperty()
                .bind(Bindings.createStringBinding(
                        () -> texts.numbers()
                                .percent(model.evalFractionProperty().get()),
                        model.evalFractionProperty()));
        Label why = new Label(texts.get("data.eval.why"));
        why.setWrapText(true);
        why.getStyleClass().addAll("small", "muted");
        HBox line = new HBox(share, shown);
        line.getStyleClass().add("choices");
        HBox.setHgrow(share, Priority.ALWAYS);
        GridPane fields = new GridPane();
        fields.getStyleClass().add("facts");
        fields.addRow(0, nameLabel, name);
        fields.addRow(1, shareLabel, line);
        fields.add(why, 1, 2);
        GridPane.setHgrow(line, Priority.ALWAYS);
        nameLabel.setMinWidth(USE_PREF_SIZE);
        shareLabel.setMinWidth(USE_PREF_SIZE);
        return fields;
    }

    private void show() {
        DataInspection found = model.check().inspectionProperty().get();
        numbers.getChildren().clear();
        bar.getChildren().clear();
        if (found == null) {
            return;
        }
        SplitNumbers split = SplitNumbers.of(
                found,
                model.check().maxTokensProperty().get(),
                model.check().overLongProperty().get(),
                model.evalFractionProperty().get());
        add("train", split.train());
        add("held", split.heldBack());
        add("dropped", split.dropped());
        add("cut", split.cut());
        add("unusable", split.unusable());
    }

    private void add(String kind, long rows) {
        if (rows == 0 && !kind.equals("held")) {
            return;
        }
        Region swatch = new Region();
        swatch.getStyleClass().addAll("swatch", kind);
        Label count = new Label(texts.numbers().count(rows));
        count.getStyleClass().add("strong");
        Label words = new Label(texts.get("data.split." + kind));
        words.setWrapText(true);
        count.setMinWidth(USE_PREF_SIZE);
        numbers.addRow(numbers.getRowCount(), swatch, count, words);
        if (kind.equals("cut")) {
            return;
        }
        Region part = new Region();
        part.getStyleClass().addAll("part", kind);
        part.setMinWidth(rows == 0 ? 0 : 2);
        part.prefWidthProperty().bind(bar.widthProperty().multiply(rows / (double) Math.max(1, total())));
        bar.getChildren().add(part);
    }

    private long total() {
        DataInspection found = model.check().inspectionProperty().get();
        return found == null
                ? 1
                : Math.max(1, found.report().examples() + found.report().unusable());
    }
}
