package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.ui.control.chart.ChartTable;
import dev.gantry.app.ui.control.chart.SeriesChart;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.run.RunEvent;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The charts of the chosen run, and who holds which memory.
final class RunOverview {
    private final Services services;
    private final Texts texts;
    private final RunsViewModel model;
    private final SeriesChart loss;
    private final SeriesChart rate;
    private final SeriesChart norm;
    private final SeriesChart speed;
    private final ChartTable table;
    private final ChartOptions options;
    private final FlowPane gauges = new FlowPane();
    private final FlowPane memory = new FlowPane();
    private final ScrollPane root;
    private List<GaugeTile> tiles = List.of();

    RunOverview(Services services, RunsViewModel model) {
        this.services = services;
        this.texts = services.texts();
        this.model = model;
        loss = chart("runs.chart.loss", "large");
        rate = chart("runs.rate", "small-chart");
        norm = chart("runs.norm", "small-chart");
        speed = chart("runs.speed", "small-chart");
        table = new ChartTable(texts.get("runs.chart.loss"), texts.get("runs.step"));
        options = new ChartOptions(texts);
        gauges.getStyleClass().add("gauge-tiles");
        memory.getStyleClass().add("memory");
        StackPane large = new StackPane(loss, table);
        loss.visibleProperty().bind(options.asTableProperty().not());
        table.visibleProperty().bind(options.asTableProperty());
        HBox small = new HBox(titled(rate, "runs.rate"), titled(norm, "runs.norm"), titled(speed, "runs.speed"));
        small.getStyleClass().add("small-charts");
        VBox body = new VBox(options.row(legend()), gauges, large, small, memory);
        body.getStyleClass().addAll("tab-body", "overview");
        root = new ScrollPane(body);
        root.setFitToWidth(true);
        root.setFocusTraversable(false);
        List.of(loss.columnsProperty(), rate.columnsProperty()).forEach(columns -> columns.subscribe(_ -> wish()));
        options.onChange(this::wish);
        model.detailProperty().subscribe(this::show);
    }

    private SeriesChart chart(String key, String style) {
        SeriesChart chart = new SeriesChart(texts.get(key), texts, services.theme());
        chart.getStyleClass().add(style);
        return chart;
    }

    private Node legend() {
        Label title = new Label(texts.get("runs.chart.loss"));
        title.getStyleClass().add("heading");
        HBox legend = new HBox(title, legend("runs.loss", "series-1"), legend("runs.eval", "series-2"));
        legend.getStyleClass().add("group");
        legend.setMinWidth(Region.USE_PREF_SIZE);
        return legend;
    }

    private Label legend(String key, String color) {
        Label label = new Label("● " + texts.get(key));
        label.getStyleClass().addAll("small", color);
        return label;
    }

    private Node titled(SeriesChart chart, String key) {
        Label title = new Label(texts.get(key));
        title.getStyleClass().addAll("small", "strong");
        VBox box = new VBox(title, chart);
        box.getStyleClass().add("titled");
        HBox.setHgrow(box, Priority.ALWAYS);
        return box;
    }

    private void wish() {
        model.wishProperty()
                .set(options.wish(
                        loss.columnsProperty().get(), rate.columnsProperty().get()));
    }

    private void show(@Nullable RunDetail detail) {
        RunCharts charts = detail == null ? RunCharts.EMPTY : detail.charts();
        loss.setPicture(charts.loss());
        rate.setPicture(charts.rate());
        norm.setPicture(charts.norm());
        speed.setPicture(charts.speed());
        if (options.asTableProperty().get()) {
            table.setPicture(charts.loss());
        }
        showGauges(detail == null ? List.of() : detail.gauges());
        showMemory(detail == null ? null : detail.run());
    }

    private void showGauges(List<Gauge> now) {
        gauges.setVisible(!now.isEmpty());
        gauges.setManaged(!now.isEmpty());
        if (now.size() != tiles.size()) {
            tiles = now.stream().map(_ -> new GaugeTile()).toList();
            gauges.getChildren().setAll(tiles.stream().map(GaugeTile::node).toList());
        }
        for (int i = 0; i < now.size(); i++) {
            tiles.get(i).show(now.get(i));
        }
    }

    private void showMemory(@Nullable RunSnapshot run) {
        RunEvent.MemoryMap map = run == null ? null : run.newest(RunEvent.MemoryMap.class);
        if (map == null) {
            memory.getChildren().clear();
        } else if (!map.equals(memory.getUserData())) {
            memory.setUserData(map);
            memory.getChildren()
                    .setAll(map.tiers().stream()
                            .map(tier -> MemoryTile.of(tier, texts))
                            .toList());
        }
    }

    Parent root() {
        return root;
    }
}
