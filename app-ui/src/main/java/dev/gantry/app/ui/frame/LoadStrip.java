package dev.gantry.app.ui.frame;

import dev.gantry.app.machine.MachineLoad;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.task.BackgroundTask;
import dev.gantry.app.ui.task.BackgroundTasks;
import dev.gantry.app.ui.text.Texts;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/// The bottom of the window: how busy the machine is, and the work that goes on in the background.
final class LoadStrip {
    private LoadStrip() {}

    static void fill(HBox strip, Texts texts, LoadViewModel load, BackgroundTasks tasks, Runnable openHardware) {
        HBox gauges = new HBox(
                gauge(Icon.HARDWARE, load, load::processor, MachineLoad::cpuShare),
                gauge(Icon.MEMORY, load, load::memory, now -> now.memoryUsedBytes() / (double) now.memoryTotalBytes()),
                gauge(Icon.DISK, load, load::disk, now -> 1 - now.diskFreeBytes() / (double) now.diskTotalBytes()));
        gauges.getStyleClass().add("gauges");
        Button open = new Button(null, gauges);
        open.getStyleClass().addAll("quiet", "gauge-button");
        open.setAccessibleText(texts.get("frame.load.name"));
        open.setOnAction(event -> openHardware.run());
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        HBox work = new HBox();
        work.getStyleClass().add("work");
        strip.getChildren().setAll(open, space, work);
        tasks.running().addListener((ListChangeListener<BackgroundTask<?>>) change -> show(work, texts, tasks));
        show(work, texts, tasks);
    }

    private static Node gauge(
            Icon icon, LoadViewModel load, Function<MachineLoad, String> text, ToDoubleFunction<MachineLoad> share) {
        Label label = new Label();
        label.getStyleClass().addAll("small", "muted");
        label.textProperty().bind(load.loadProperty().map(text));
        // the bars give way first where it is narrow
        label.setMinWidth(Region.USE_PREF_SIZE);
        ProgressBar bar = new ProgressBar();
        bar.progressProperty().bind(load.loadProperty().map(share::applyAsDouble));
        HBox gauge = new HBox(new IconView(icon), label, bar);
        gauge.getStyleClass().add("gauge");
        return gauge;
    }

    /// The newest task with its progress; how many others there are.
    private static void show(HBox work, Texts texts, BackgroundTasks tasks) {
        work.getChildren().clear();
        if (tasks.running().isEmpty()) {
            return;
        }
        BackgroundTask<?> task = tasks.running().getLast();
        Label label = new Label();
        label.getStyleClass().addAll("small", "muted");
        TaskWords words = new TaskWords(texts);
        label.textProperty()
                .bind(task.statusProperty()
                        .map(status -> words.line(task, status, tasks.running().size() - 1)));
        ProgressBar bar = new ProgressBar();
        bar.progressProperty().bind(task.statusProperty().map(status -> status.fraction()));
        Button cancel = new Button(null, new IconView(Icon.CLOSE));
        cancel.getStyleClass().addAll("quiet", "icon-only", "stop-work");
        cancel.setAccessibleText(texts.format("frame.work.stop", task.label()));
        cancel.setOnAction(event -> task.cancel());
        work.getChildren().addAll(label, bar, cancel);
    }
}
