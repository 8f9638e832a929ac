package dev.gantry.app.ui.chat;

import java.util.List;
import java.util.function.Supplier;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import org.jspecify.annotations.Nullable;

/// The line under a message: its figures always, what can be done with it once somebody turns to the message. Dozens of
/// buttons on the screen would be slow to lay out and loud to look at.
final class MessageBar extends FlowPane {
    private final Supplier<List<Node>> buttons;
    private @Nullable List<Node> made;
    private Runnable onFirst = () -> {};

    /// @param buttons makes what can be done with the message
    MessageBar(Supplier<List<Node>> buttons) {
        this.buttons = buttons;
        getStyleClass().add("message-bar");
    }

    /// Says more of `label` to whoever points to it.
    void explain(Label label, String details) {
        // a tooltip is a window of its own and slow to make
        onFirst = () -> label.setTooltip(new Tooltip(details));
    }

    void setActive(boolean active) {
        List<Node> known = made;
        if (known == null && active) {
            onFirst.run();
            known = buttons.get();
            made = known;
            getChildren().addAll(known);
        } else if (known != null) {
            known.forEach(button -> button.setVisible(active));
        }
    }
}
