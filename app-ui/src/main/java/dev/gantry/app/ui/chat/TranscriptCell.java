package dev.gantry.app.ui.chat;

import javafx.scene.control.ContentDisplay;
import javafx.scene.control.ListCell;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/// A row of a column, as high as its words need at the width there is.
final class TranscriptCell extends ListCell<TranscriptRow> {
    /// A line longer than this is hard to read.
    private static final double WIDEST_EMS = 54;

    /// Of a row that stands empty still, by its characters: a letter's width and a line's height in em.
    private static final double LETTER_EMS = 0.5;

    private static final double LINE_EMS = 1.6;

    private final TranscriptNodes nodes;
    private final RowsByPulse pace;
    private @Nullable TranscriptRow shown;
    private @Nullable Region content;

    TranscriptCell(TranscriptNodes nodes, RowsByPulse pace) {
        this.nodes = nodes;
        this.pace = pace;
        setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        hoverProperty().subscribe(this::turnedTo);
        selectedProperty().subscribe(this::turnedTo);
        nodes.activeProperty().subscribe(this::activate);
    }

    private void turnedTo(boolean now) {
        TranscriptRow row = shown;
        if (now && row != null) {
            nodes.activeProperty().set(row.message());
        }
    }

    /// Shows what can be done with the message that is turned to, and with the newest one.
    private void activate() {
        TranscriptRow row = shown;
        MessageBar bar = content instanceof QuestionRow question
                ? question.bar()
                : content instanceof MessageBar own ? own : null;
        if (bar != null && row != null) {
            bar.setActive(row.message() == nodes.activeProperty().get()
                    || getIndex() == getListView().getItems().size() - 1);
        }
    }

    @Override
    protected void updateItem(@Nullable TranscriptRow row, boolean empty) {
        super.updateItem(row, empty);
        if (row == null) {
            shown = null;
            content = null;
            setGraphic(null);
            setAccessibleText(null);
        } else if (!row.equals(shown)) {
            shown = row;
            content = null;
            setAccessibleText(nodes.words(row));
            if (pace.take()) {
                fill();
            } else {
                setGraphic(null);
                pace.await(this);
            }
        } else {
            activate();
        }
    }

    /// Makes the nodes of a row that stands empty.
    ///
    /// @return whether there was one
    boolean fill() {
        TranscriptRow row = shown;
        if (row == null || content != null) {
            return false;
        }
        Region made = nodes.node(row);
        content = made;
        setGraphic(made);
        activate();
        return true;
    }

    /// Whether its nodes are still to be made.
    boolean isWaiting() {
        return shown != null && content == null;
    }

    private double guessedHeight(double width) {
        double em = getFont().getSize();
        String words = getAccessibleText();
        double letters = Math.max(1, width / (LETTER_EMS * em));
        double lines = words.lines()
                .mapToDouble(line -> Math.ceil(Math.max(1, line.length()) / letters))
                .sum();
        return Math.ceil(Math.max(1, lines) * LINE_EMS * em);
    }

    private double innerWidth(double width) {
        double room = width - snappedLeftInset() - snappedRightInset();
        return Math.max(0, Math.min(room, WIDEST_EMS * getFont().getSize()));
    }

    @Override
    protected double computePrefWidth(double height) {
        return 0;
    }

    @Override
    protected double computePrefHeight(double width) {
        Region inside = content;
        double room = innerWidth(width < 0 ? getWidth() : width);
        if (inside == null) {
            return isWaiting() ? guessedHeight(room) : super.computePrefHeight(width);
        }
        return Math.ceil(snappedTopInset() + inside.prefHeight(room) + snappedBottomInset());
    }

    @Override
    protected void layoutChildren() {
        Region inside = content;
        if (inside == null) {
            super.layoutChildren();
            return;
        }
        double width = innerWidth(getWidth());
        double height = getHeight() - snappedTopInset() - snappedBottomInset();
        double left = Math.max(snappedLeftInset(), snapPositionX((getWidth() - width) / 2));
        inside.resizeRelocate(left, snappedTopInset(), width, height);
    }
}
