package dev.gantry.app.ui.runs;

import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.look.Theme;
import dev.gantry.app.ui.text.Texts;
import java.nio.file.Path;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableValue;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// A run in the list: icon and word of its state, a small curve, the figures that matter.
final class RunCell extends ListCell<RunLine> {
    private static final double SPARK_WIDTH = 64;
    private static final double SPARK_HEIGHT = 26;
    private static final double SPARK_ROOM_EM = 16;

    private final Texts texts;
    private final ObservableValue<Theme> theme;
    private final CheckBox tick = new CheckBox();
    private final IconView icon = new IconView();
    private final Label name = new Label();
    private final Label words = new Label();
    private final Label facts = new Label();
    private final Canvas spark = new Canvas(SPARK_WIDTH, SPARK_HEIGHT);
    private final HBox row;

    /// @param onTick hears when a run is to be compared, or no longer
    RunCell(Texts texts, ObservableValue<Theme> theme, Consumer<Path> onTick) {
        this.texts = texts;
        this.theme = theme;
        // by keyboard the list itself ticks
        tick.setFocusTraversable(false);
        tick.setOnAction(_ -> {
            RunLine shown = getItem();
            if (shown != null) {
                onTick.accept(shown.run());
            }
        });
        name.getStyleClass().add("strong");
        facts.getStyleClass().addAll("small", "muted");
        VBox told = new VBox(name, words, facts);
        told.setMinWidth(0);
        HBox.setHgrow(told, Priority.ALWAYS);
        tick.setMinWidth(Region.USE_PREF_SIZE);
        row = new HBox(tick, icon, told, spark);
        row.getStyleClass().add("run-cell");
        // as wide as the list, never wider
        setPrefWidth(0);
        row.prefWidthProperty()
                .bind(Bindings.createDoubleBinding(
                        () -> getWidth() - snappedLeftInset() - snappedRightInset(),
                        widthProperty(),
                        insetsProperty()));
        row.setMinWidth(0);
        // the words come before the curve
        spark.visibleProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> getWidth() >= SPARK_ROOM_EM * getFont().getSize(), widthProperty(), fontProperty()));
        spark.managedProperty().bind(spark.visibleProperty());
        theme.subscribe(_ -> {
            RunLine shown = getItem();
            if (shown != null) {
                draw(shown);
            }
        });
    }

    @Override
    protected void updateItem(RunLine run, boolean empty) {
        super.updateItem(run, empty);
        if (empty || run == null) {
            setGraphic(null);
            setAccessibleText(null);
            return;
        }
        tick.setSelected(run.ticked());
        tick.setAccessibleText(texts.format("runs.compare.tick", run.name()));
        icon.setIcon(RunWords.icon(run.status()));
        icon.getStyleClass().setAll("icon-view", RunWords.mark(run.status()));
        name.setText(run.name());
        words.setText(run.words());
        words.getStyleClass().setAll("label", "small", RunWords.mark(run.status()));
        facts.setText(run.facts());
        facts.setManaged(!run.facts().isEmpty());
        String ticked = run.ticked() ? ", " + texts.get("runs.compare.ticked") : "";
        setAccessibleText(run.name() + ", " + run.words() + ", " + run.facts() + ticked);
        draw(run);
        setGraphic(row);
    }

    private void draw(RunLine run) {
        GraphicsContext g = spark.getGraphicsContext2D();
        g.clearRect(0, 0, SPARK_WIDTH, SPARK_HEIGHT);
        g.setStroke(theme.getValue().color("-g-series-1"));
        g.setLineWidth(1.5);
        g.beginPath();
        int points = run.spark().size();
        for (int i = 0; i < points; i++) {
            double x = 1 + (SPARK_WIDTH - 2) * i / Math.max(1, points - 1);
            double y = 2 + (1 - run.spark().get(i)) * (SPARK_HEIGHT - 4);
            if (i == 0) {
                g.moveTo(x, y);
            } else {
                g.lineTo(x, y);
            }
        }
        g.stroke();
    }
}
