package dev.gantry.app.ui.control.chart;

import dev.gantry.app.run.PixelColumns;
import dev.gantry.app.run.Series;
import dev.gantry.app.ui.control.chart.ChartLine.Stroke;
import dev.gantry.app.ui.look.Theme;
import dev.gantry.app.ui.text.Texts;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javafx.beans.value.ObservableValue;
import javafx.geometry.VPos;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/// The strokes of a chart.
final class ChartPainter {
    /// The room around the lines, in sizes of the letters.
    private static final double LEFT_EM = 4.67;

    private static final double RIGHT_EM = 1;
    private static final double TOP_EM = 0.83;
    private static final double BOTTOM_EM = 2;
    private static final double DIGIT_EM = 0.62;
    private static final double GHOST = 0.28;
    private static final double TICK_EM = 3.8;
    private static final double STEP_TICK_EM = 9.2;
    private static final int STEP_TICKS_WHERE_THEY_FIT = 3;
    private static final int MOST_DOTS = 120;

    private final Texts texts;
    private final ObservableValue<Theme> theme;
    /// The size of the letters in pixels.
    private double em = 12;

    ChartPainter(Texts texts, ObservableValue<Theme> theme) {
        this.texts = texts;
        this.theme = theme;
    }

    double em() {
        return em;
    }

    /// @param pixels the size of the letters
    void setEm(double pixels) {
        em = pixels;
    }

    int columns(double width) {
        return (int) Math.max(2, width - (LEFT_EM + RIGHT_EM) * em);
    }

    double stepAt(ChartPicture picture, double x, double width) {
        double share = Math.clamp((x - LEFT_EM * em) / (width - (LEFT_EM + RIGHT_EM) * em), 0, 1);
        return picture.fromStep() + share * (picture.toStep() - picture.fromStep());
    }

    private Color color(String name) {
        return theme.getValue().color(name);
    }

    void paint(Canvas canvas, ChartPicture picture, double cursor, boolean focused) {
        GraphicsContext g = canvas.getGraphicsContext2D();
        Plot plot = new Plot(
                g,
                picture,
                LEFT_EM * em,
                TOP_EM * em,
                canvas.getWidth() - (LEFT_EM + RIGHT_EM) * em,
                canvas.getHeight() - (TOP_EM + BOTTOM_EM) * em);
        g.clearRect(0, 0, canvas.getWidth(), canvas.getHeight());
        if (plot.width < 2 || plot.height < 2) {
            return;
        }
        g.setFont(Font.font("Inter Tabular", em));
        axes(plot);
        picture.layers().forEach(layer -> line(plot, layer));
        if (!Double.isNaN(cursor) && !picture.isEmpty()) {
            cursor(plot, cursor);
        }
        if (focused) {
            g.setStroke(color("-g-focus"));
            g.setLineWidth(2);
            g.strokeRoundRect(1, 1, canvas.getWidth() - 2, canvas.getHeight() - 2, 8, 8);
        }
    }

    /// The inner part of a chart.
    private record Plot(GraphicsContext g, ChartPicture picture, double left, double top, double width, double height) {
        double x(double step) {
            return left + (step - picture.fromStep()) / (picture.toStep() - picture.fromStep()) * width;
        }

        double y(double value) {
            return top + (1 - Math.clamp(picture.height(value), 0, 1)) * height;
        }
    }

    private void axes(Plot plot) {
        GraphicsContext g = plot.g;
        g.setLineWidth(1);
        g.setTextBaseline(VPos.CENTER);
        g.setTextAlign(TextAlignment.RIGHT);
        for (double value : levels(plot)) {
            double y = Math.rint(plot.y(value)) + 0.5;
            g.setStroke(color("-g-line"));
            g.strokeLine(plot.left, y, plot.left + plot.width, y);
            g.setFill(color("-g-muted"));
            g.fillText(level(value), plot.left - em * 2 / 3, y);
        }
        g.setTextAlign(TextAlignment.CENTER);
        for (double step : Ticks.between(plot.picture.fromStep(), plot.picture.toStep(), stepTicks(plot))) {
            double x = Math.min(plot.x(step), plot.left + plot.width - em * 5 / 6);
            g.fillText(texts.numbers().count(Math.round(step)), x, plot.top + plot.height + BOTTOM_EM * em / 2);
        }
    }

    /// A narrow chart has three, too, where its numbers are short.
    private int stepTicks(Plot plot) {
        double widest = texts.numbers().count(Math.round(plot.picture.toStep())).length() * DIGIT_EM + 2;
        int fitting = (int) Math.min(STEP_TICKS_WHERE_THEY_FIT, plot.width / (widest * em));
        return Math.max(Math.max(1, fitting), (int) (plot.width / (STEP_TICK_EM * em)));
    }

    /// The values of the level lines: round ones, or on a logarithmic axis ones at equal distances.
    private List<Double> levels(Plot plot) {
        int about = (int) Math.max(2, plot.height / (TICK_EM * em));
        if (plot.picture.scale() == ChartPicture.Scale.LINEAR) {
            return Ticks.between(
                    plot.picture.range().low(), plot.picture.range().high(), about);
        }
        List<Double> levels = new ArrayList<>();
        for (int i = 0; i <= about; i++) {
            levels.add(plot.picture.valueAt((double) i / about));
        }
        return levels;
    }

    private void line(Plot plot, ChartPicture.Layer layer) {
        GraphicsContext g = plot.g;
        Color color = color(layer.line().color());
        boolean ghost = layer.line().stroke() == Stroke.GHOST;
        Color faint = ghost ? color.deriveColor(0, 1, 1, GHOST) : color;
        g.setStroke(faint);
        g.setFill(faint);
        g.setLineWidth(ghost ? 1 : 1.75);
        PixelColumns columns = layer.columns();
        if (columns.points() > columns.columns()) {
            bars(plot, columns, ghost ? 1 : 2);
        } else {
            path(plot, columns, layer.line().stroke() == Stroke.DOTS && columns.points() <= MOST_DOTS);
        }
    }

    /// A dense line as upright bars, each joined to the one before: many times cheaper to draw than a long path.
    private static void bars(Plot plot, PixelColumns columns, double thickness) {
        double scale = plot.width / Math.max(1, columns.columns() - 1);
        double before = Double.NaN;
        for (int column = 0; column < columns.columns(); column++) {
            if (columns.isTaken(column)) {
                double joined = Double.isNaN(before) ? columns.first(column) : before;
                double top = plot.y(Math.max(columns.high(column), joined));
                double bottom = plot.y(Math.min(columns.low(column), joined));
                double x = Math.rint(plot.left + column * scale);
                plot.g.fillRect(x, Math.rint(top), 1, Math.max(thickness, Math.rint(bottom - top)));
                before = columns.last(column);
            }
        }
    }

    private static void path(Plot plot, PixelColumns columns, boolean dots) {
        GraphicsContext g = plot.g;
        double scale = plot.width / Math.max(1, columns.columns() - 1);
        g.beginPath();
        boolean begun = false;
        for (int column = 0; column < columns.columns(); column++) {
            if (columns.isTaken(column)) {
                double x = plot.left + column * scale;
                step(plot, columns, column, x, begun);
                begun = true;
                if (dots) {
                    g.fillOval(x - 3, plot.y(columns.last(column)) - 3, 6, 6);
                }
            }
        }
        g.stroke();
    }

    private static void step(Plot plot, PixelColumns columns, int column, double x, boolean begun) {
        double first = plot.y(columns.first(column));
        if (begun) {
            plot.g.lineTo(x, first);
        } else {
            plot.g.moveTo(x, first);
        }
        if (columns.high(column) > columns.low(column)) {
            plot.g.lineTo(x, plot.y(columns.low(column)));
            plot.g.lineTo(x, plot.y(columns.high(column)));
            plot.g.lineTo(x, plot.y(columns.last(column)));
        }
    }

    private void cursor(Plot plot, double cursor) {
        GraphicsContext g = plot.g;
        double x = Math.rint(plot.x(cursor)) + 0.5;
        g.setLineWidth(1);
        g.setStroke(color("-g-control-line"));
        g.strokeLine(x, plot.top, x, plot.top + plot.height);
        String words = words(plot.picture, cursor);
        boolean right = x > plot.left + plot.width / 2;
        g.setTextAlign(right ? TextAlignment.RIGHT : TextAlignment.LEFT);
        double width = words.length() * em * 0.56 + em * 4 / 3;
        g.setFill(color("-g-surface").deriveColor(0, 1, 1, 0.92));
        g.fillRoundRect(right ? x - width - em / 2 : x + em / 2, plot.top + 2, width, em * 1.83, 6, 6);
        g.setFill(color("-g-text"));
        g.fillText(words, right ? x - em * 1.17 : x + em * 1.17, plot.top + 2 + em * 0.92);
    }

    /// The values of all named lines nearest to a step, such as `120 · loss 1.23`; empty without a cursor.
    String words(ChartPicture picture, double cursor) {
        if (Double.isNaN(cursor) || picture.isEmpty()) {
            return "";
        }
        String values = picture.layers().stream()
                .map(ChartPicture.Layer::line)
                .filter(line -> !line.name().isEmpty() && !line.series().isEmpty())
                .map(line -> value(line, cursor))
                .collect(Collectors.joining(" · "));
        return texts.numbers().count(Math.round(cursor)) + " · " + values;
    }

    private static String value(ChartLine line, double cursor) {
        Series series = line.series();
        return line.name() + " " + number(series.value(series.nearest(cursor)));
    }

    /// Four digits that matter, so that numbers of any size fit beside the axis.
    static String number(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e6)) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        int digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 || size == 0 ? 3 : 5;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /// The value of a level line in as few digits as tell it from its neighbours, never wider than the room beside it.
    static String level(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size < 1e-3 || size >= 1e6) {
            return String.format(Locale.ROOT, "%.1e", value)
                    .replace(".0e", "e")
                    .replace("e-0", "e-")
                    .replace("e+0", "e");
        }
        MathContext digits = new MathContext(size < 0.01 ? 3 : 4);
        return new BigDecimal(value).round(digits).stripTrailingZeros().toPlainString();
    }
}
