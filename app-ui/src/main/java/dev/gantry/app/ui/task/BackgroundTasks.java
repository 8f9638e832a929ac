package dev.gantry.app.ui.task;

import dev.gantry.engine.GantryException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// Starts work beside the JavaFX thread and brings its outcome back to it.
///
/// ```java
/// tasks.task(texts.get("models.checking"), progress -> importer.inspect(folder, progress))
///         .onDone(this::add)
///         .start();
/// ```
public final class BackgroundTasks {
    private final Executor workers;
    private final Executor window;
    private final Consumer<GantryException> failures;
    private final ObservableList<BackgroundTask<?>> running = FXCollections.observableArrayList();

    /// @param workers where work is done; `Runnable::run` in a test does it at once
    /// @param window the JavaFX thread; `Runnable::run` in a test without a toolkit
    /// @param failures hears of every failure that a task does not handle itself, on the JavaFX thread
    public BackgroundTasks(Executor workers, Executor window, Consumer<GantryException> failures) {
        this.workers = workers;
        this.window = window;
        this.failures = failures;
    }

    /// Work that is ready to be started.
    ///
    /// @param label what the user calls it, shown beside its progress
    public <T> BackgroundTask<T> task(String label, Work<T> work) {
        return new BackgroundTask<>(this, label, work);
    }

    /// What is running now, in the order it was started.
    public ObservableList<BackgroundTask<?>> running() {
        return running;
    }

    /// Runs `action` on the JavaFX thread soon.
    public void later(Runnable action) {
        window.execute(action);
    }

    Executor workers() {
        return workers;
    }

    Executor window() {
        return window;
    }

    Consumer<GantryException> failures() {
        return failures;
    }

    void began(BackgroundTask<?> task) {
        running.add(task);
    }

    void ended(BackgroundTask<?> task) {
        running.remove(task);
    }
}
