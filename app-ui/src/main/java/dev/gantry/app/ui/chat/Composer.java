package dev.gantry.app.ui.chat;

import dev.gantry.app.ui.control.TabMovesOn;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import javafx.beans.binding.Bindings;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// Where the user writes: Enter sends, Shift+Enter begins a new line, Esc stops or leaves an edit.
final class Composer {
    private static final int MOST_ROWS = 8;
    /// Of an average letter, in em.
    private static final double LETTER_EMS = 0.55;

    private final ChatViewModel chat;
    private final TextArea text = new TextArea();
    private final VBox root;

    Composer(Texts texts, ChatViewModel chat) {
        this.chat = chat;
        text.setId("chat-text");
        text.setWrapText(true);
        text.setPrefRowCount(1);
        text.setAccessibleText(texts.get("chat.write"));
        text.setAccessibleHelp(texts.get("chat.write.help"));
        text.setPromptText(texts.get("chat.write.prompt"));
        text.textProperty().bindBidirectional(chat.questions().draftProperty());
        text.textProperty().subscribe(_ -> fitRows());
        text.widthProperty().subscribe(_ -> fitRows());
        text.addEventFilter(KeyEvent.KEY_PRESSED, this::key);
        TabMovesOn.in(text);
        HBox.setHgrow(text, Priority.ALWAYS);
        HBox line = new HBox(text, send(texts), stop(texts));
        line.getStyleClass().add("composer-line");
        root = new VBox(editing(texts), line);
        root.getStyleClass().add("composer");
        chat.questions().editingProperty().subscribe(edited -> {
            if (edited != null) {
                focus();
                text.end();
            }
        });
    }

    private void fitRows() {
        double columns = Math.max(10, text.getWidth() / (text.getFont().getSize() * LETTER_EMS) - 4);
        long rows = text.getText()
                .lines()
                .limit(MOST_ROWS)
                .mapToLong(line -> Math.max(1, Math.ceilDiv(line.length(), (long) columns)))
                .sum();
        int ending = text.getText().endsWith("\n") ? 1 : 0;
        text.setPrefRowCount(Math.clamp(rows + ending, 1, MOST_ROWS));
    }

    private void key(KeyEvent event) {
        switch (event.getCode()) {
            case KeyCode.ENTER -> {
                if (event.isShiftDown()) {
                    text.replaceSelection("\n");
                } else {
                    chat.questions().send();
                }
                event.consume();
            }
            case KeyCode.ESCAPE -> {
                if (chat.lanes().answeringProperty().get()) {
                    chat.lanes().stop();
                    event.consume();
                } else if (chat.questions().editingProperty().get() != null) {
                    chat.questions().cancelEdit();
                    event.consume();
                }
            }
            case KeyCode.UP -> {
                if (text.getText().isEmpty()) {
                    chat.questions().editLast();
                    event.consume();
                }
            }
            default -> {
                // written as usual
            }
        }
    }

    private Button send(Texts texts) {
        Button send = new Button(texts.get("chat.send"), new IconView(Icon.SEND));
        send.setId("chat-send");
        send.getStyleClass().add("primary");
        send.setMinWidth(Region.USE_PREF_SIZE);
        send.disableProperty()
                .bind(Bindings.createBooleanBinding(
                                () -> chat.questions().draftProperty().get().isBlank(),
                                chat.questions().draftProperty())
                        .or(chat.models().baseProperty().isNull()));
        send.visibleProperty().bind(chat.lanes().answeringProperty().not());
        send.managedProperty().bind(send.visibleProperty());
        send.setOnAction(_ -> chat.questions().send());
        return send;
    }

    private Button stop(Texts texts) {
        Button stop = new Button(texts.get("chat.stop"), new IconView(Icon.STOP));
        stop.setId("chat-stop");
        stop.setMinWidth(Region.USE_PREF_SIZE);
        stop.visibleProperty().bind(chat.lanes().answeringProperty());
        stop.managedProperty().bind(stop.visibleProperty());
        stop.setOnAction(_ -> chat.lanes().stop());
        return stop;
    }

    private HBox editing(Texts texts) {
        Label words = new Label(texts.get("chat.editing"), new IconView(Icon.EDIT));
        words.getStyleClass().addAll("small", "muted");
        Button leave = new Button(texts.get("chat.editing.leave"));
        leave.getStyleClass().addAll("quiet", "small-button");
        leave.setOnAction(_ -> chat.questions().cancelEdit());
        HBox line = new HBox(words, leave);
        line.getStyleClass().add("editing");
        line.visibleProperty().bind(chat.questions().editingProperty().isNotNull());
        line.managedProperty().bind(line.visibleProperty());
        return line;
    }

    void focus() {
        text.requestFocus();
    }

    Parent root() {
        return root;
    }
}
