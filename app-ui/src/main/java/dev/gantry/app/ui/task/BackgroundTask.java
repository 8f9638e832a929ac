package dev.gantry.app.ui.task;

import dev.gantry.app.failure.Failure;
import dev.gantry.engine.GantryException;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/// One piece of work beside the JavaFX thread.
///
/// Everything but the work itself happens on the JavaFX thread: building it, its properties, its outcome. Stopping is a
/// flag that the work looks at; no thread is ever interrupted, because an interrupt would close the catalog.
public final class BackgroundTask<T> {
    private final BackgroundTasks tasks;
    private final String label;
    private final Work<T> work;
    private final TaskProgress progress;
    private final ReadOnlyObjectWrapper<TaskState> state = new ReadOnlyObjectWrapper<>(TaskState.WAITING);
    private final ReadOnlyObjectWrapper<TaskStatus> status = new ReadOnlyObjectWrapper<>(TaskStatus.NONE);
    private Consumer<T> onDone = result -> {};
    private Consumer<GantryException> onFailed;
    private Runnable onCancelled = () -> {};
    private Runnable onEnd = () -> {};

    BackgroundTask(BackgroundTasks tasks, String label, Work<T> work) {
        this.tasks = tasks;
        this.label = label;
        this.work = work;
        this.onFailed = tasks.failures();
        this.progress = new TaskProgress(tasks.window(), status::set, System::nanoTime);
    }

    /// What to do with the result.
    public BackgroundTask<T> onDone(Consumer<T> action) {
        onDone = action;
        return this;
    }

    /// What to do instead of showing the failure as a message of the window.
    public BackgroundTask<T> onFailed(Consumer<GantryException> action) {
        onFailed = action;
        return this;
    }

    public BackgroundTask<T> onCancelled(Runnable action) {
        onCancelled = action;
        return this;
    }

    /// What to do after any of the three outcomes.
    public BackgroundTask<T> onEnd(Runnable action) {
        onEnd = action;
        return this;
    }

    /// What the user calls this work.
    public String label() {
        return label;
    }

    public ReadOnlyObjectProperty<TaskState> stateProperty() {
        return state.getReadOnlyProperty();
    }

    public TaskState state() {
        return state.get();
    }

    public ReadOnlyObjectProperty<TaskStatus> statusProperty() {
        return status.getReadOnlyProperty();
    }

    public TaskStatus status() {
        return status.get();
    }

    /// Starts the work once.
    public BackgroundTask<T> start() {
        if (state.get() != TaskState.WAITING) {
            throw new IllegalStateException(label + " was started before");
        }
        state.set(TaskState.RUNNING);
        tasks.began(this);
        tasks.workers().execute(this::work);
        return this;
    }

    /// Asks the work to stop after the step it is in.
    public void cancel() {
        if (!state.get().isOver()) {
            state.set(TaskState.CANCELLING);
            progress.cancel();
        }
    }

    private void work() {
        try {
            T result = work.run(progress);
            tasks.window().execute(() -> end(TaskState.DONE, () -> onDone.accept(result)));
        } catch (Exception | Error e) {
            // nobody above this thread would tell: whatever it is, the task must end and say so
            GantryException told = Failure.told(e);
            if (told.kind() == GantryException.Kind.CANCELLED) {
                tasks.window().execute(() -> end(TaskState.CANCELLED, onCancelled));
            } else {
                tasks.window().execute(() -> end(TaskState.FAILED, () -> onFailed.accept(told)));
            }
        }
    }

    private void end(TaskState outcome, Runnable then) {
        state.set(outcome);
        tasks.ended(this);
        try {
            then.run();
        } finally {
            onEnd.run();
        }
    }
}
