package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.Conversation;
import dev.gantry.app.chat.markdown.Block;
import dev.gantry.app.ui.text.Texts;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.ListView;
import javafx.scene.control.MenuItem;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import org.jspecify.annotations.Nullable;

/// Copies out of a column: what is selected, else the paragraph or code of the row that is selected; or its message.
final class TranscriptCopy {
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);

    private final Texts texts;
    private final ChatFiles files;
    private final TextSelection selection;
    private final ListView<TranscriptRow> list;

    TranscriptCopy(Texts texts, ChatFiles files, TextSelection selection, ListView<TranscriptRow> list) {
        this.texts = texts;
        this.files = files;
        this.selection = selection;
        this.list = list;
    }

    /// Ctrl+C, and a menu on the right mouse button or the menu key.
    void install() {
        // a press anywhere and a step to another row leave what was selected
        list.addEventFilter(MouseEvent.MOUSE_PRESSED, press -> {
            if (press.getButton() == MouseButton.PRIMARY) {
                selection.clear();
            }
        });
        list.addEventFilter(KeyEvent.KEY_PRESSED, key -> {
            if (key.getCode().isNavigationKey()) {
                selection.clear();
            }
        });
        list.addEventHandler(KeyEvent.KEY_PRESSED, key -> {
            if (COPY.match(key)) {
                copy();
                key.consume();
            }
        });
        MenuItem part = new MenuItem();
        part.setAccelerator(COPY);
        part.setOnAction(_ -> copy());
        MenuItem message = new MenuItem(texts.get("chat.copy-message"));
        message.setOnAction(_ -> copyMessage());
        ContextMenu menu = new ContextMenu(part, message);
        menu.setOnShowing(_ -> {
            part.setText(texts.get(selection.text().isEmpty() ? "chat.copy-paragraph" : "chat.copy-selection"));
            part.setDisable(words().isEmpty());
            message.setDisable(message() == Conversation.NONE);
        });
        list.setContextMenu(menu);
    }

    private void copy() {
        String words = words();
        if (!words.isEmpty()) {
            files.copy(words);
        }
    }

    private String words() {
        String selected = selection.text();
        return selected.isEmpty() ? text(list.getSelectionModel().getSelectedItem()) : selected;
    }

    private int message() {
        TranscriptRow row = list.getSelectionModel().getSelectedItem();
        return row == null ? Conversation.NONE : row.message();
    }

    private void copyMessage() {
        if (message() != Conversation.NONE) {
            files.copy(message());
        }
    }

    private static String text(@Nullable TranscriptRow row) {
        return switch (row) {
            case TranscriptRow.Question question -> question.text();
            case TranscriptRow.AnswerBlock answer ->
                answer.block() instanceof Block.Code code
                        ? code.whole()
                        : answer.block().text();
            case TranscriptRow.AnswerHead _ -> "";
            case TranscriptRow.AnswerFoot _ -> "";
            case TranscriptRow.Writing _ -> "";
            case TranscriptRow.Unanswered _ -> "";
            case TranscriptRow.Failed _ -> "";
            case null -> "";
        };
    }
}
