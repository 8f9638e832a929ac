package dev.gantry.app.ui.chat;

import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/// A question in its bubble at the right, with what can be done about it before it.
final class QuestionRow extends HBox {
    private final MessageBar bar;

    QuestionRow(MessageBar bar, Region bubble) {
        super(bar, bubble);
        this.bar = bar;
        getStyleClass().add("question");
        // as wide as what the bubble leaves, and never what the bubble needs
        bar.setPrefWrapLength(1);
        bar.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(bar, Priority.ALWAYS);
        bubble.setMinWidth(0);
    }

    MessageBar bar() {
        return bar;
    }
}
