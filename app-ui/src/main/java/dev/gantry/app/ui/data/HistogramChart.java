package dev.gantry.app.ui.data;

import dev.gantry.lora.data.tokens.LengthHistogram;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.css.PseudoClass;
import javafx.scene.AccessibleAttribute;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/// How many rows have how many tokens, with a limit that is dragged, or moved with the arrow keys.
final class HistogramChart extends Region {
    private static final PseudoClass OVER = PseudoClass.getPseudoClass("over");
    private static final int PAGE_TOKENS = 64;
    private static final int LABELS = 5;
    private static final double BAR_GAP = 2;
    private static final double HANDLE_WIDTH = 13;

    private final IntegerProperty limit = new SimpleIntegerProperty(this, "limit");
    private final List<Region> bars = new ArrayList<>();
    private final List<Label> labels = new ArrayList<>();
    private final Region line = new Region();
    private final Region handle = new Region();
    private @Nullable LengthHistogram histogram;
    private int most = 1;

    HistogramChart() {
        getStyleClass().add("histogram");
        setFocusTraversable(true);
        setAccessibleRole(AccessibleRole.SLIDER);
        line.getStyleClass().add("limit-line");
        handle.getStyleClass().add("limit-handle");
        limit.subscribe(now -> {
            notifyAccessibleAttributeChanged(AccessibleAttribute.VALUE);
            requestLayout();
        });
        addEventHandler(MouseEvent.MOUSE_PRESSED, this::drag);
        addEventHandler(MouseEvent.MOUSE_DRAGGED, this::drag);
        addEventHandler(KeyEvent.KEY_PRESSED, this::key);
    }

    /// Tokens of the longest row that is taken whole.
    IntegerProperty limitProperty() {
        return limit;
    }

    /// @param mostTokens the longest row that the model takes
    void show(LengthHistogram shown, int mostTokens) {
        histogram = shown;
        most = mostTokens;
        bars.clear();
        labels.clear();
        for (int i = 0; i < shown.counts().length; i++) {
            Region bar = new Region();
            bar.getStyleClass().add("bar");
            bars.add(bar);
        }
        int every = Math.max(1, shown.counts().length / LABELS);
        for (int i = 0; i < shown.edges().length; i += every) {
            Label label = new Label(Integer.toString(shown.edges()[i]));
            label.getStyleClass().addAll("small", "muted");
            labels.add(label);
        }
        getChildren().setAll(bars);
        getChildren().addAll(labels);
        getChildren().addAll(line, handle);
        requestLayout();
    }

    private void drag(MouseEvent event) {
        requestFocus();
        move((int) Math.round(event.getX() / plotWidth() * lastEdge()));
        event.consume();
    }

    private void key(KeyEvent event) {
        int step = event.isShiftDown() ? PAGE_TOKENS : 1;
        switch (event.getCode()) {
            case LEFT, DOWN -> move(limit.get() - step);
            case RIGHT, UP -> move(limit.get() + step);
            case PAGE_DOWN -> move(limit.get() - PAGE_TOKENS);
            case PAGE_UP -> move(limit.get() + PAGE_TOKENS);
            case HOME -> move(2);
            case END -> move(lastEdge());
            default -> {
                return;
            }
        }
        event.consume();
    }

    private void move(int tokens) {
        limit.set(Math.clamp(tokens, 2, Math.max(2, Math.min(most, lastEdge()))));
    }

    private int lastEdge() {
        return histogram == null ? 1 : Math.max(1, histogram.edges()[histogram.edges().length - 1]);
    }

    private double plotWidth() {
        return Math.max(1, getWidth() - HANDLE_WIDTH / 2);
    }

    @Override
    protected void layoutChildren() {
        LengthHistogram shown = histogram;
        if (shown == null) {
            return;
        }
        double labelHeight = labels.isEmpty() ? 0 : labels.getFirst().prefHeight(Control.USE_COMPUTED_SIZE);
        double floor = Math.max(1, getHeight() - labelHeight - 4);
        double perToken = plotWidth() / lastEdge();
        long highest = 1;
        for (long count : shown.counts()) {
            highest = Math.max(highest, count);
        }
        for (int i = 0; i < bars.size(); i++) {
            double left = shown.edges()[i] * perToken;
            double width = Math.max(1, shown.edges()[i + 1] * perToken - left - BAR_GAP);
            // a bar of one row among thousands must still be seen
            double height = shown.counts()[i] == 0 ? 0 : Math.max(2, floor * shown.counts()[i] / highest);
            bars.get(i).resizeRelocate(left, floor - height, width, height);
            bars.get(i).pseudoClassStateChanged(OVER, shown.edges()[i] >= limit.get());
        }
        int every = Math.max(1, shown.counts().length / LABELS);
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.get(i);
            label.autosize();
            double center = shown.edges()[i * every] * perToken;
            label.relocate(Math.clamp(center - label.getWidth() / 2, 0, getWidth() - label.getWidth()), floor + 4);
        }
        double at = Math.min(limit.get(), lastEdge()) * perToken;
        line.resizeRelocate(at - 1, 0, 2, floor);
        handle.resizeRelocate(at - HANDLE_WIDTH / 2, 0, HANDLE_WIDTH, HANDLE_WIDTH);
    }

    @Override
    public Object queryAccessibleAttribute(AccessibleAttribute attribute, Object... parameters) {
        return switch (attribute) {
            case VALUE -> (double) limit.get();
            case MIN_VALUE -> 2.0;
            case MAX_VALUE -> (double) lastEdge();
            default -> super.queryAccessibleAttribute(attribute, parameters);
        };
    }
}
