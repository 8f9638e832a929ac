package dev.gantry.app.ui.chat;

import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.ChatEntry;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// A chat in the list: its name, with whom, and when; or its name to be changed.
final class HistoryCell extends ListCell<ChatEntry> {
    private final Texts texts;
    private final Label title = new Label();
    private final Label line = new Label();
    private final VBox words = new VBox(title, line);
    private final TextField name = new TextField();

    HistoryCell(Texts texts) {
        this.texts = texts;
        title.getStyleClass().add("strong");
        line.getStyleClass().addAll("small", "muted");
        setPrefWidth(0);
        name.setId("chat-name");
        name.setAccessibleText(texts.get("chat.name"));
        name.setAccessibleHelp(texts.get("chat.name.help"));
        name.setOnKeyPressed(key -> {
            if (key.getCode() == KeyCode.ENTER) {
                finish();
                key.consume();
            } else if (key.getCode() == KeyCode.ESCAPE) {
                cancelEdit();
                key.consume();
            }
        });
        name.focusedProperty().subscribe((before, now) -> {
            if (before && !now && isEditing()) {
                finish();
            }
        });
    }

    /// A chat without a name could not be found again.
    private void finish() {
        if (name.getText().isBlank()) {
            cancelEdit();
        } else {
            commitEdit(getItem().withTitle(name.getText()));
        }
    }

    @Override
    public void startEdit() {
        super.startEdit();
        if (isEditing()) {
            name.setText(getItem().title());
            setGraphic(name);
            name.selectAll();
            name.requestFocus();
        }
    }

    @Override
    public void cancelEdit() {
        super.cancelEdit();
        setGraphic(words);
        getListView().requestFocus();
    }

    @Override
    public void commitEdit(ChatEntry renamed) {
        super.commitEdit(renamed);
        getListView().requestFocus();
    }

    @Override
    protected void updateItem(@Nullable ChatEntry chat, boolean empty) {
        super.updateItem(chat, empty);
        if (chat == null) {
            setGraphic(null);
            setAccessibleText(null);
            return;
        }
        title.setText(chat.title());
        line.setText(
                texts.format("chat.history.line", chat.model(), texts.numbers().dateTime(chat.changed())));
        setAccessibleText(title.getText() + ", " + line.getText());
        if (!isEditing()) {
            setGraphic(words);
        }
    }
}
