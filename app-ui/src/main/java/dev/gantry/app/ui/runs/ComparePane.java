package dev.gantry.app.ui.runs;

import dev.gantry.app.run.ConfigDifference;
import dev.gantry.app.run.Metric;
import dev.gantry.app.ui.control.ShownAs;
import dev.gantry.app.ui.control.chart.ChartTable;
import dev.gantry.app.ui.control.chart.SeriesChart;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import java.util.List;
import java.util.Locale;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The runs that are ticked, over each other in one chart, and the settings in which they differ.
final class ComparePane {
    private final Texts texts;
    private final ComparedRuns model;
    private final Label title = new Label();
    private final FlowPane legend = new FlowPane();
    private final SeriesChart chart;
    private final ChartTable table;
    private final TableView<ConfigDifference.Row> difference = new TableView<>();
    private final Label same;
    private final ChartOptions options;
    private final ObjectProperty<Metric> metric = new SimpleObjectProperty<>(Metric.LOSS);
    private final ScrollPane root;
    private List<Comparison.Entry> shown = List.of();
    private @Nullable ConfigDifference differs;

    ComparePane(Services services, ComparedRuns model) {
        this.texts = services.texts();
        this.model = model;
        options = new ChartOptions(texts);
        chart = new SeriesChart(texts.get("runs.compare.chart"), texts, services.theme());
        chart.getStyleClass().add("large");
        chart.setId("runs-compare-chart");
        table = new ChartTable(texts.get("runs.compare.chart"), texts.get("runs.step"));
        chart.visibleProperty().bind(options.asTableProperty().not());
        table.visibleProperty().bind(options.asTableProperty());
        title.getStyleClass().add("title");
        legend.getStyleClass().add("legend");
        difference.setId("runs-difference");
        difference.setAccessibleText(texts.get("runs.compare.settings"));
        same = new Label(texts.get("runs.compare.same"));
        same.getStyleClass().add("muted");
        Label heading = new Label(texts.get("runs.compare.settings"));
        heading.getStyleClass().add("heading");
        StackPane differences = new StackPane(difference, same);
        StackPane.setAlignment(same, javafx.geometry.Pos.TOP_LEFT);
        VBox body = new VBox(head(), options.row(metrics()), legend, new StackPane(chart, table), heading, differences);
        body.getStyleClass().addAll("overview", "compare");
        root = new ScrollPane(body);
        root.setFitToWidth(true);
        root.setFocusTraversable(false);
        chart.columnsProperty().subscribe(_ -> wish());
        metric.subscribe(_ -> wish());
        options.onChange(this::wish);
        model.comparisonProperty().subscribe(this::show);
    }

    private Node head() {
        Button done = new Button(texts.get("runs.compare.done"), new IconView(Icon.CLOSE));
        done.setId("runs-compare-done");
        done.setMinWidth(Region.USE_PREF_SIZE);
        done.setOnAction(_ -> model.tickNone());
        title.setMinWidth(0);
        title.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(title, Priority.ALWAYS);
        HBox head = new HBox(title, done);
        head.getStyleClass().add("runs-head");
        return head;
    }

    private Node metrics() {
        ComboBox<Metric> choice = new ComboBox<>();
        choice.setId("runs-compare-metric");
        choice.setAccessibleText(texts.get("runs.compare.what"));
        choice.getItems().setAll(Metric.values());
        choice.setConverter(new ShownAs<>(this::name));
        choice.valueProperty().bindBidirectional(metric);
        return choice;
    }

    private String name(Metric one) {
        return texts.get("runs.metric." + one.name().toLowerCase(Locale.ROOT));
    }

    private void wish() {
        int columns = chart.columnsProperty().get();
        model.wishProperty().set(new RunComparer.Wish(metric.get(), options.wish(columns, columns)));
    }

    private void show(@Nullable Comparison comparison) {
        if (comparison == null) {
            return;
        }
        title.setText(texts.format("runs.compare.title", comparison.runs().size()));
        chart.setPicture(comparison.picture());
        if (options.asTableProperty().get()) {
            table.setPicture(comparison.picture());
        }
        if (!comparison.runs().equals(shown)) {
            shown = comparison.runs();
            legend.getChildren().setAll(shown.stream().map(this::entry).toList());
        }
        if (!comparison.difference().equals(differs)) {
            differs = comparison.difference();
            showDifference(comparison);
        }
    }

    private Node entry(Comparison.Entry run) {
        Label label = new Label("● " + run.name() + (run.value().isEmpty() ? "" : "  " + run.value()));
        label.getStyleClass().addAll("small", "series-" + run.color());
        return label;
    }

    private void showDifference(Comparison comparison) {
        TableColumn<ConfigDifference.Row, String> setting = new TableColumn<>(texts.get("runs.compare.setting"));
        setting.setCellValueFactory(
                row -> new ReadOnlyStringWrapper(settingName(row.getValue().setting())));
        setting.setPrefWidth(220);
        difference.getColumns().setAll(List.of(setting));
        for (int i = 0; i < comparison.runs().size(); i++) {
            int place = i;
            TableColumn<ConfigDifference.Row, String> run =
                    new TableColumn<>(comparison.runs().get(i).name());
            run.setCellValueFactory(
                    row -> new ReadOnlyStringWrapper(row.getValue().values().get(place)));
            run.setPrefWidth(200);
            difference.getColumns().add(run);
        }
        difference.getItems().setAll(comparison.difference().rows());
        boolean none = difference.getItems().isEmpty();
        difference.setVisible(!none);
        difference.setManaged(!none);
        same.setVisible(none);
    }

    /// The words that the Train screen has for a setting, or those for what a run was used with; the setting itself
    /// where there are none.
    private String settingName(String path) {
        return texts.getOr("train.set." + path, texts.getOr("runs.used." + path, path));
    }

    Parent root() {
        return root;
    }
}
