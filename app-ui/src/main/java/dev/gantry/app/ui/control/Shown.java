package dev.gantry.app.ui.control;

import javafx.beans.value.ObservableValue;
import javafx.scene.Node;

/// Nodes that are there only at times, and take no room at others.
public final class Shown {
    private Shown() {}

    public static void when(Node node, ObservableValue<Boolean> shown) {
        node.visibleProperty().bind(shown);
        node.managedProperty().bind(node.visibleProperty());
    }
}
