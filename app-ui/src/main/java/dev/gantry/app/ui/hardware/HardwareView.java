package dev.gantry.app.ui.hardware;

import dev.gantry.app.machine.MachineParts;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.machine.MeasuredRates;
import dev.gantry.app.ui.control.WorkBar;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import javafx.beans.binding.Bindings;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The Hardware screen: cards in two columns, or in one where it is narrow.
final class HardwareView {
    /// In em: below it the columns stand under each other.
    private static final double TWO_COLUMNS = 58;

    private final Services services;
    private final Texts texts;
    private final HardwareViewModel model;
    private final WorkBar work;
    private final Parent root;

    @FXML
    private FlowPane columns;

    @FXML
    private VBox left;

    @FXML
    private VBox right;

    @FXML
    private GridPane processor;

    @FXML
    private VBox graphics;

    @FXML
    private VBox tiers;

    @FXML
    private Label when;

    @FXML
    private GridPane rates;

    @FXML
    private VBox measuring;

    @FXML
    private Button measure;

    @FXML
    private Button copy;

    @FXML
    private Button selfTest;

    @FXML
    private VBox meaning;

    @FXML
    private GridPane speeds;

    HardwareView(Services services, HardwareViewModel model) {
        this.services = services;
        this.texts = services.texts();
        this.model = model;
        this.work = new WorkBar(texts, stage -> "");
        this.root = Fxml.load(this, texts);
    }

    @FXML
    void initialize() {
        for (Region column : new Region[] {left, right}) {
            column.prefWidthProperty()
                    .bind(Bindings.createDoubleBinding(
                            this::columnWidth, columns.widthProperty(), when.fontProperty()));
        }
        measuring.getChildren().add(work);
        measuring.visibleProperty().bind(model.measuringProperty().isNotNull());
        measuring.managedProperty().bind(measuring.visibleProperty());
        model.measuringProperty().subscribe(work::show);
        measure.disableProperty().bind(model.measuringProperty().isNotNull());
        measure.setOnAction(event -> model.measure());
        copy.setOnAction(event -> model.copyReport());
        selfTest.setOnAction(event -> services.navigation().go(new Destination.CheckMachine(true)));
        meaning.visibleProperty().bind(model.measuredProperty().isNotNull());
        meaning.managedProperty().bind(meaning.visibleProperty());
        model.partsProperty().subscribe(parts -> show());
        model.measuredProperty().subscribe(measured -> show());
    }

    private double columnWidth() {
        double width = columns.getWidth() - 1;
        boolean two = width >= TWO_COLUMNS * when.getFont().getSize();
        return two ? (width - columns.getHgap()) / 2 : width;
    }

    private void show() {
        MachineParts parts = model.partsProperty().get();
        MeasuredRates measured = model.measuredProperty().get();
        showRates(measured);
        if (parts == null) {
            return;
        }
        MachineReport.@Nullable Rates known = measured == null ? null : measured.rates();
        HardwareCards cards = new HardwareCards(texts);
        cards.processor(processor, parts);
        cards.graphics(graphics, parts.cuda());
        cards.tiers(tiers, parts, known);
        cards.speeds(speeds, model.speeds());
    }

    private void showRates(@Nullable MeasuredRates measured) {
        rates.getChildren().clear();
        if (measured == null) {
            when.setText(texts.get("hardware.never"));
            return;
        }
        when.setText(texts.format("hardware.when", texts.numbers().dateTime(measured.measured())));
        new HardwareCards(texts).rates(rates, measured.rates());
    }

    Parent root() {
        return root;
    }
}
