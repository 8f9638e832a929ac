package dev.gantry.app.ui.control.chart;

import dev.gantry.app.run.Series;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;

/// The same as a chart in numbers, for those who do not see it: as many rows as can be read.
public final class ChartTable extends TableView<Long> {
    private static final int ROWS = 200;

    private final String stepWord;
    private ChartPicture picture = ChartPicture.EMPTY;

    /// @param name what the table is about
    /// @param stepWord the head of the first column
    public ChartTable(String name, String stepWord) {
        this.stepWord = stepWord;
        setAccessibleText(name);
        getStyleClass().add("chart-table");
    }

    public void setPicture(ChartPicture shown) {
        if (shown.equals(picture)) {
            return;
        }
        picture = shown;
        List<ChartLine> lines = shown.layers().stream()
                .map(ChartPicture.Layer::line)
                .filter(line -> !line.name().isEmpty())
                .toList();
        getColumns().setAll(columns(lines));
        getItems().setAll(rows(lines));
    }

    private List<TableColumn<Long, String>> columns(List<ChartLine> lines) {
        List<TableColumn<Long, String>> columns = new ArrayList<>();
        TableColumn<Long, String> steps = new TableColumn<>(stepWord);
        steps.setCellValueFactory(row -> new ReadOnlyStringWrapper(String.valueOf(row.getValue())));
        columns.add(steps);
        for (ChartLine line : lines) {
            TableColumn<Long, String> column = new TableColumn<>(line.name());
            column.setCellValueFactory(row -> new ReadOnlyStringWrapper(at(line.series(), row.getValue())));
            columns.add(column);
        }
        return columns;
    }

    /// Steps of the longest line, evenly spread, newest first.
    private static List<Long> rows(List<ChartLine> lines) {
        Series longest =
                lines.stream().map(ChartLine::series).reduce(Series.EMPTY, (a, b) -> b.size() > a.size() ? b : a);
        List<Long> steps = new ArrayList<>();
        int stride = Math.max(1, (longest.size() + ROWS - 1) / ROWS);
        for (int i = longest.size() - 1; i >= 0; i -= stride) {
            steps.add(longest.step(i));
        }
        return steps;
    }

    private static String at(Series series, long step) {
        int index = series.nearest((double) step);
        return index < 0 ? "" : ChartPainter.number(series.value(index));
    }
}
