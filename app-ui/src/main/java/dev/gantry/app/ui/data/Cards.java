package dev.gantry.app.ui.data;

import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.VBox;

/// Cards with a heading, alone or two of equal width side by side.
final class Cards {
    private static final double HALF_PERCENT = 50;

    private Cards() {}

    static VBox of(String heading, Node... content) {
        Label title = new Label(heading);
        title.getStyleClass().add("heading");
        VBox card = new VBox(title);
        card.getChildren().addAll(content);
        card.getStyleClass().addAll("card", "data-card");
        card.setMinWidth(0);
        return card;
    }

    static GridPane pair(Node left, Node right) {
        GridPane pair = new GridPane();
        pair.getStyleClass().add("two-cards");
        for (int i = 0; i < 2; i++) {
            ColumnConstraints half = new ColumnConstraints();
            half.setPercentWidth(HALF_PERCENT);
            pair.getColumnConstraints().add(half);
        }
        pair.addRow(0, left, right);
        return pair;
    }
}
