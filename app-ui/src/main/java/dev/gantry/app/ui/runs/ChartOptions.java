package dev.gantry.app.ui.runs;

import dev.gantry.app.ui.control.chart.ChartPicture.Outliers;
import dev.gantry.app.ui.control.chart.ChartPicture.Scale;
import dev.gantry.app.ui.text.Texts;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.BooleanProperty;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;

/// How a large chart shall look: smoothing, axis, outliers, or a table in its place.
final class ChartOptions {
    private final Texts texts;
    private final Slider smoothing = new Slider(0, 0.99, 0.9);
    private final ToggleButton log;
    private final ToggleButton outliers;
    private final ToggleButton asTable;

    ChartOptions(Texts texts) {
        this.texts = texts;
        log = toggle("runs.log-axis", false);
        outliers = toggle("runs.clip", true);
        asTable = toggle("runs.table", false);
        smoothing.setAccessibleText(texts.get("runs.smoothing"));
        smoothing.setAccessibleHelp(texts.get("runs.smoothing.help"));
    }

    private ToggleButton toggle(String key, boolean on) {
        ToggleButton button = new ToggleButton(texts.get(key));
        button.setAccessibleHelp(texts.get(key + ".help"));
        button.setSelected(on);
        return button;
    }

    /// A row that wraps.
    ///
    /// @param before what stands before the options
    Node row(Node... before) {
        Label word = new Label(texts.get("runs.smoothing"));
        word.setLabelFor(smoothing);
        HBox smooth = new HBox(word, smoothing);
        smooth.getStyleClass().add("group");
        smooth.setMinWidth(Region.USE_PREF_SIZE);
        List<Node> all = new ArrayList<>(List.of(before));
        all.addAll(List.of(smooth, log, outliers, asTable));
        FlowPane row = new FlowPane(all.toArray(Node[]::new));
        row.getStyleClass().add("options");
        return row;
    }

    /// Tells of every change.
    void onChange(Runnable action) {
        List.of(log, outliers).forEach(button -> button.selectedProperty().subscribe(_ -> action.run()));
        smoothing.valueProperty().subscribe(_ -> action.run());
    }

    /// @param columns width of the large chart in pixels
    /// @param smallColumns width of the small ones beside it
    RunCharts.Wish wish(int columns, int smallColumns) {
        return new RunCharts.Wish(
                smoothing.getValue(),
                log.isSelected() ? Scale.LOGARITHMIC : Scale.LINEAR,
                outliers.isSelected() ? Outliers.CLIPPED : Outliers.SHOWN,
                columns,
                smallColumns);
    }

    BooleanProperty asTableProperty() {
        return asTable.selectedProperty();
    }
}
