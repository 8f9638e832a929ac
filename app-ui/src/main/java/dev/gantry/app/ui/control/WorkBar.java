package dev.gantry.app.ui.control;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.task.BackgroundTask;
import dev.gantry.app.ui.task.TaskStatus;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.progress.ProgressUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// A piece of work in its place on a screen: how far, how long still, and a button that stops it; takes no room while
/// nothing is going on.
public final class WorkBar extends VBox {
    private final Texts texts;
    private final UnaryOperator<String> stages;
    private final Label words = new Label();
    private final ProgressBar bar = new ProgressBar();
    private final Button stop;

    /// @param stages what the user calls a stage that the work named, such as `writing tensors`; empty to say nothing
    public WorkBar(Texts texts, UnaryOperator<String> stages) {
        this.texts = texts;
        this.stages = stages;
        getStyleClass().add("work-bar");
        words.setWrapText(true);
        words.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(words, Priority.ALWAYS);
        bar.setMaxWidth(Double.MAX_VALUE);
        stop = new Button(texts.get("frame.stop"), new IconView(Icon.STOP));
        stop.setMinWidth(USE_PREF_SIZE);
        HBox line = new HBox(words, stop);
        line.getStyleClass().add("work-bar-line");
        getChildren().addAll(line, bar);
        managedProperty().bind(visibleProperty());
        show(null);
    }

    /// The stop button, for a screen that calls it something else.
    public Button stopButton() {
        return stop;
    }

    /// @param task null when nothing is going on
    public void show(@Nullable BackgroundTask<?> task) {
        words.textProperty().unbind();
        bar.progressProperty().unbind();
        setVisible(task != null);
        if (task == null) {
            return;
        }
        words.textProperty().bind(task.statusProperty().map(status -> line(task, status)));
        bar.progressProperty().bind(task.statusProperty().map(TaskStatus::fraction));
        bar.setAccessibleText(task.label());
        stop.setAccessibleText(texts.format("frame.work.stop", task.label()));
        stop.setOnAction(event -> task.cancel());
    }

    private String line(BackgroundTask<?> task, TaskStatus status) {
        List<String> parts = new ArrayList<>();
        String stage = status.label().isEmpty() ? "" : stages.apply(status.label());
        parts.add(stage.isEmpty() ? task.label() : stage);
        if (status.fraction() >= 0) {
            parts.add(texts.numbers().percent(status.fraction()));
            if (status.unit() == ProgressUnit.BYTES) {
                parts.add(texts.format(
                        "frame.work.of",
                        texts.numbers().bytes(status.done()),
                        texts.numbers().bytes(status.total())));
            }
        }
        if (!status.note().isEmpty()) {
            parts.add(status.note());
        }
        status.remaining()
                .ifPresent(left -> parts.add(
                        texts.format("frame.work.left", texts.numbers().roughly(left))));
        return String.join(" · ", parts);
    }
}
