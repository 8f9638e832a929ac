package dev.gantry.app.ui.chat;

import javafx.scene.control.ContentDisplay;
import javafx.scene.control.ListCell;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/// A row of a column, as high as its words need at the width there is.
final class TranscriptCell extends ListCell<TranscriptRow> {
    /// A line longer than this is hard to read.
    private static final double WIDEST_EMS = 54;

    private final TranscriptNodes nodes;
    private @Nullable TranscriptRow shown;
    private @Nullable Region content;

    TranscriptCell(TranscriptNodes nodes) {
        this.nodes = nodes;
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
            Region made = nodes.node(row);
            content = made;
            setGraphic(made);
            setAccessibleText(nodes.words(row));
            activate();
        } else {
            activate();
        }
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
        if (inside == null) {
            return super.computePrefHeight(width);
        }
        double room = innerWidth(width < 0 ? getWidth() : width);
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
