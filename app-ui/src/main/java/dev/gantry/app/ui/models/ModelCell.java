package dev.gantry.app.ui.models;

import dev.gantry.app.library.Shelf;
import dev.gantry.app.ui.text.Texts;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// A model in the list: its name, what it is in a line, and its state when that is not well.
final class ModelCell extends ListCell<Shelf.Item> {
    private final Texts texts;
    private final Label name = new Label();
    private final Label line = new Label();
    private final Label state = new Label();
    private final HBox row;

    ModelCell(Texts texts) {
        this.texts = texts;
        name.getStyleClass().add("strong");
        line.getStyleClass().addAll("small", "muted");
        line.setWrapText(true);
        state.getStyleClass().addAll("pill", "warn");
        state.setMinWidth(USE_PREF_SIZE);
        state.managedProperty().bind(state.visibleProperty());
        VBox words = new VBox(name, line);
        words.setMinWidth(0);
        HBox.setHgrow(words, Priority.ALWAYS);
        row = new HBox(words, state);
        row.getStyleClass().add("models-row");
        setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        setPrefWidth(0);
    }

    @Override
    protected void updateItem(Shelf.@Nullable Item item, boolean empty) {
        super.updateItem(item, empty);
        if (item == null) {
            setGraphic(null);
            setAccessibleText(null);
            return;
        }
        var entry = item.entry();
        name.setText(entry.name());
        line.setText(texts.format(
                "models.line",
                entry.family(),
                texts.numbers().parameters(entry.parameters()),
                entry.dtype(),
                texts.numbers().bytes(entry.bytes())));
        boolean missing = item.state() == Shelf.State.MISSING;
        state.setText(texts.get("models.state.missing"));
        state.setVisible(missing);
        setAccessibleText(name.getText() + ", " + line.getText() + (missing ? ", " + state.getText() : ""));
        setGraphic(row);
    }
}
