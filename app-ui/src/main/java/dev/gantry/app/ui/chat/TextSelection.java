package dev.gantry.app.ui.chat;

import java.text.BreakIterator;
import javafx.geometry.Point2D;
import javafx.scene.Cursor;
import javafx.scene.Node;
import javafx.scene.control.Labeled;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.shape.Path;
import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;
import org.jspecify.annotations.Nullable;

/// What is selected with the mouse in a column: a part of one paragraph, one cell or one piece of code. Dragging
/// selects, two clicks select a word, three everything in it.
final class TextSelection {
    private final Path mark = new Path();
    private @Nullable TextFlow flow;
    private int anchor;
    private int from;
    private int to;

    TextSelection() {
        mark.getStyleClass().add("text-mark");
        mark.setManaged(false);
        mark.setMouseTransparent(true);
    }

    /// Lets the words of a flow be selected.
    void watch(TextFlow words) {
        words.setCursor(Cursor.TEXT);
        words.addEventHandler(MouseEvent.MOUSE_PRESSED, event -> {
            if (event.getButton() == MouseButton.PRIMARY) {
                press(words, event);
            }
        });
        words.addEventHandler(MouseEvent.MOUSE_DRAGGED, event -> {
            if (event.getButton() == MouseButton.PRIMARY && words.equals(flow)) {
                int now = position(words, event);
                select(words, Math.min(anchor, now), Math.max(anchor, now));
            }
        });
    }

    private void press(TextFlow words, MouseEvent event) {
        int at = position(words, event);
        String text = text(words);
        switch (event.getClickCount()) {
            case 1 -> {
                anchor = at;
                select(words, at, at);
            }
            case 2 -> {
                BreakIterator bounds = BreakIterator.getWordInstance();
                bounds.setText(text);
                int end = at >= text.length() ? text.length() : bounds.following(at);
                select(words, Math.max(0, bounds.preceding(end)), end);
            }
            default -> select(words, 0, text.length());
        }
    }

    private static int position(TextFlow words, MouseEvent event) {
        return words.getHitInfo(new Point2D(event.getX(), event.getY())).getInsertionIndex();
    }

    private void select(TextFlow words, int first, int end) {
        if (!words.equals(flow)) {
            clear();
            words.getChildren().addFirst(mark);
            flow = words;
        }
        from = first;
        to = end;
        mark.getElements().setAll(words.getRangeShape(first, end, false));
    }

    void clear() {
        TextFlow before = flow;
        if (before != null) {
            before.getChildren().remove(mark);
            flow = null;
        }
        from = 0;
        to = 0;
    }

    /// Empty when nothing is selected, or what was is no longer on the screen.
    String text() {
        TextFlow words = flow;
        if (words == null || words.getScene() == null) {
            return "";
        }
        String text = text(words);
        return text.substring(Math.min(from, text.length()), Math.min(to, text.length()));
    }

    /// As positions count it: a link is a single place, and is left out.
    private static String text(TextFlow words) {
        StringBuilder text = new StringBuilder();
        for (Node child : words.getChildren()) {
            switch (child) {
                case Text run -> text.append(run.getText());
                case Labeled _ -> text.append(' ');
                default -> {
                    // the mark itself
                }
            }
        }
        return text.toString();
    }
}
