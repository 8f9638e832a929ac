package dev.gantry.app.ui.control.chart;

import dev.gantry.app.ui.look.Theme;
import dev.gantry.app.ui.text.Texts;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.value.ObservableValue;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.control.Label;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Region;

/// Draws a [ChartPicture]: axes, lines, and under a cursor of mouse or arrow keys the values of all lines.
///
/// It asks nothing of the JavaFX thread but to draw one stroke a column. What a picture cannot tell to those who do not
/// see it stands in a table beside it; the chart itself says its name and the values under the cursor.
public final class SeriesChart extends Region {
    private static final double MIN_HEIGHT_EM = 6;
    private static final double PAGE = 0.1;

    private final Canvas canvas = new Canvas();
    /// Shows nothing: a canvas has no font of its own that would follow the size of the text.
    private final Label letter = new Label();

    private final ChartPainter painter;
    private final ReadOnlyIntegerWrapper columns = new ReadOnlyIntegerWrapper(600);
    private final String name;
    private ChartPicture picture = ChartPicture.EMPTY;
    private double cursor = Double.NaN;

    /// @param name what the chart is about, in the user's language
    public SeriesChart(String name, Texts texts, ObservableValue<Theme> theme) {
        this.name = name;
        this.painter = new ChartPainter(texts, theme);
        getStyleClass().add("series-chart");
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setAccessibleText(name);
        setFocusTraversable(true);
        canvas.setManaged(false);
        letter.setManaged(false);
        letter.getStyleClass().add("small");
        getChildren().addAll(canvas, letter);
        letter.fontProperty().subscribe(font -> {
            painter.setEm(font.getSize());
            columns.set(painter.columns(getWidth()));
            draw();
        });
        theme.subscribe(_ -> draw());
        focusedProperty().subscribe(_ -> draw());
        setOnMouseMoved(event -> moveTo(painter.stepAt(picture, event.getX(), getWidth())));
        setOnMouseExited(_ -> moveTo(Double.NaN));
        setOnMousePressed(_ -> requestFocus());
        setOnKeyPressed(this::key);
    }

    /// Pixels from left to right that lines may take; a picture for as many is sharp.
    public ReadOnlyIntegerProperty columnsProperty() {
        return columns.getReadOnlyProperty();
    }

    public void setPicture(ChartPicture shown) {
        if (!shown.equals(picture)) {
            picture = shown;
            draw();
        }
    }

    private void key(KeyEvent event) {
        double width = picture.toStep() - picture.fromStep();
        double at = Double.isNaN(cursor) ? picture.toStep() : cursor;
        double moved = switch (event.getCode()) {
            case LEFT -> at - width / Math.max(1, columns.get());
            case RIGHT -> at + width / Math.max(1, columns.get());
            case PAGE_UP -> at - width * PAGE;
            case PAGE_DOWN -> at + width * PAGE;
            case HOME -> picture.fromStep();
            case END -> picture.toStep();
            default -> Double.NaN;
        };
        if (!Double.isNaN(moved)) {
            moveTo(Math.clamp(moved, picture.fromStep(), picture.toStep()));
            event.consume();
        }
    }

    private void moveTo(double step) {
        cursor = step;
        String values = painter.words(picture, cursor);
        setAccessibleText(values.isEmpty() ? name : name + ": " + values);
        draw();
    }

    private void draw() {
        painter.paint(canvas, picture, cursor, isFocused());
    }

    @Override
    protected double computeMinHeight(double width) {
        return MIN_HEIGHT_EM * painter.em();
    }

    @Override
    protected void layoutChildren() {
        if (canvas.getWidth() != getWidth() || canvas.getHeight() != getHeight()) {
            canvas.setWidth(getWidth());
            canvas.setHeight(getHeight());
            columns.set(painter.columns(getWidth()));
            draw();
        }
    }
}
