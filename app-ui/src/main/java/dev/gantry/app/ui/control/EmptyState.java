package dev.gantry.app.ui.control;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import java.util.List;
import javafx.beans.property.StringProperty;
import javafx.collections.ObservableList;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;

/// What a screen shows where there is nothing yet: an icon, one sentence, one button, perhaps a link.
public final class EmptyState extends VBox {
    private final IconView icon = new IconView();
    private final Label sentence = new Label();

    public EmptyState() {
        getStyleClass().add("empty-state");
        icon.getStyleClass().add("huge");
        sentence.getStyleClass().add("sentence");
        sentence.setWrapText(true);
        // never cut: what is beside it gives way
        sentence.setMinHeight(USE_PREF_SIZE);
        getChildren().addAll(List.of(icon, sentence));
    }

    public Icon getIcon() {
        return icon.getIcon();
    }

    public void setIcon(Icon value) {
        icon.setIcon(value);
    }

    public String getSentence() {
        return sentence.getText();
    }

    public void setSentence(String text) {
        sentence.setText(text);
    }

    public StringProperty sentenceProperty() {
        return sentence.textProperty();
    }

    /// The button and link under the sentence, for FXML.
    public ObservableList<Node> getActions() {
        return getChildren();
    }
}
