package dev.gantry.app.ui.chat;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.ChatEntry;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The panel at the left: the chats that were held.
final class HistoryPane {
    private final Texts texts;
    private final ChatViewModel chat;
    private final ListView<ChatEntry> list = new ListView<>();
    private final VBox root;
    private boolean following;

    HistoryPane(Texts texts, ChatViewModel chat) {
        this.texts = texts;
        this.chat = chat;
        Button fresh = new Button(texts.get("chat.new"), new IconView(Icon.ADD));
        fresh.setId("chat-new");
        fresh.setMaxWidth(Double.MAX_VALUE);
        fresh.setOnAction(_ -> chat.newChat());
        TextField search = new TextField();
        search.setPromptText(texts.get("chat.search"));
        search.setAccessibleText(texts.get("chat.search"));
        search.textProperty().bindBidirectional(chat.history().queryProperty());
        list.setId("chat-history");
        list.setItems(chat.history().shown());
        list.setAccessibleText(texts.get("chat.history"));
        list.setAccessibleHelp(texts.get("chat.history.help"));
        list.setCellFactory(_ -> new Entry());
        Label none = new Label(texts.get("chat.history.none"));
        none.getStyleClass().addAll("muted", "small");
        none.setWrapText(true);
        list.setPlaceholder(none);
        list.getSelectionModel().selectedItemProperty().subscribe(this::chosen);
        chat.history().currentProperty().subscribe(_ -> mark());
        chat.history().shown().subscribe(this::mark);
        list.setOnKeyPressed(key -> {
            ChatEntry selected = list.getSelectionModel().getSelectedItem();
            if (key.getCode() == KeyCode.DELETE && selected != null) {
                chat.delete(selected);
            }
        });
        VBox.setVgrow(list, Priority.ALWAYS);
        root = new VBox(fresh, search, list);
        root.getStyleClass().add("history");
    }

    private void chosen(@Nullable ChatEntry entry) {
        if (entry != null && !following && !entry.id().equals(chat.session().id())) {
            chat.open(entry);
        }
    }

    /// Selects the chat that is open, wherever it stands now.
    private void mark() {
        following = true;
        list.getSelectionModel().clearSelection();
        for (ChatEntry entry : list.getItems()) {
            if (entry.id().equals(chat.history().currentProperty().get())) {
                list.getSelectionModel().select(entry);
            }
        }
        following = false;
    }

    /// A chat: its name, with whom, and when.
    private final class Entry extends ListCell<ChatEntry> {
        private final Label title = new Label();
        private final Label line = new Label();
        private final VBox words = new VBox(title, line);

        Entry() {
            title.getStyleClass().add("strong");
            line.getStyleClass().addAll("small", "muted");
            setPrefWidth(0);
        }

        @Override
        protected void updateItem(@Nullable ChatEntry chatEntry, boolean empty) {
            super.updateItem(chatEntry, empty);
            if (chatEntry == null) {
                setGraphic(null);
                setAccessibleText(null);
                return;
            }
            title.setText(chatEntry.title());
            line.setText(texts.format(
                    "chat.history.line", chatEntry.model(), texts.numbers().dateTime(chatEntry.changed())));
            setAccessibleText(title.getText() + ", " + line.getText());
            setGraphic(words);
        }
    }

    Parent root() {
        return root;
    }
}
