package dev.gantry.app.ui.chat;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.ChatEntry;
import javafx.application.Platform;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.MenuItem;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyEvent;
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
        list.setCellFactory(_ -> new HistoryCell(texts));
        list.setOnEditCommit(edit -> {
            chat.rename(list.getItems().get(edit.getIndex()), edit.getNewValue().title());
            endRenaming();
        });
        list.setOnEditCancel(_ -> endRenaming());
        list.setContextMenu(menu());
        Label none = new Label(texts.get("chat.history.none"));
        none.getStyleClass().addAll("muted", "small");
        none.setWrapText(true);
        list.setPlaceholder(none);
        list.getSelectionModel().selectedItemProperty().subscribe(this::chosen);
        chat.history().currentProperty().subscribe(_ -> mark());
        chat.history().shown().subscribe(this::mark);
        list.setOnKeyPressed(this::key);
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

    /// What can be done with the selected chat.
    private ContextMenu menu() {
        MenuItem rename = new MenuItem(texts.get("chat.rename"));
        rename.setAccelerator(new KeyCodeCombination(KeyCode.F2));
        rename.setOnAction(_ -> rename());
        MenuItem delete = new MenuItem(texts.get("chat.delete"));
        delete.setAccelerator(new KeyCodeCombination(KeyCode.DELETE));
        delete.setOnAction(_ -> delete());
        return new ContextMenu(rename, delete);
    }

    private void key(KeyEvent key) {
        if (list.getEditingIndex() >= 0) {
            return;
        }
        if (key.getCode() == KeyCode.DELETE) {
            delete();
            key.consume();
        } else if (key.getCode() == KeyCode.F2) {
            rename();
            key.consume();
        }
    }

    private void delete() {
        ChatEntry selected = list.getSelectionModel().getSelectedItem();
        if (selected != null) {
            chat.delete(selected);
        }
    }

    /// A press on a chat opens it, and never begins to rename it. The list leaves its edit only while it is editable.
    private void endRenaming() {
        Platform.runLater(() -> list.setEditable(false));
    }

    /// Lets the user write another name over that of the selected chat.
    void rename() {
        int index = list.getSelectionModel().getSelectedIndex();
        if (index >= 0) {
            list.scrollTo(index);
            list.layout();
            list.setEditable(true);
            list.edit(index);
        }
    }

    Parent root() {
        return root;
    }
}
