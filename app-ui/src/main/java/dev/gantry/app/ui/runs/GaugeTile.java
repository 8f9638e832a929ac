package dev.gantry.app.ui.runs;

import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.VBox;

/// One part of the machine as a bar.
final class GaugeTile {
    private final Label name = new Label();
    private final Label words = new Label();
    private final ProgressBar bar = new ProgressBar(0);
    private final VBox node = new VBox(name, bar, words);

    GaugeTile() {
        name.getStyleClass().addAll("small", "strong");
        words.getStyleClass().addAll("small", "muted");
        bar.setFocusTraversable(false);
        node.getStyleClass().add("gauge-tile");
    }

    void show(Gauge gauge) {
        name.setText(gauge.name());
        words.setText(gauge.words());
        bar.setProgress(gauge.share());
        bar.setAccessibleText(gauge.name() + ", " + gauge.words());
    }

    Node node() {
        return node;
    }
}
