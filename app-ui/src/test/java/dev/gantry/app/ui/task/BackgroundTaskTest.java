package dev.gantry.app.ui.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.ProgressUnit;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackgroundTaskTest {
    private final Deque<Runnable> work = new ArrayDeque<>();
    private final Deque<Runnable> window = new ArrayDeque<>();
    private final List<GantryException> failures = new ArrayList<>();
    private final BackgroundTasks tasks = new BackgroundTasks(work::add, window::add, failures::add);

    private void runAll(Deque<Runnable> queue) {
        while (!queue.isEmpty()) {
            queue.poll().run();
        }
    }

    @Test
    void result_arrivesOnTheWindowsThread_afterTheWork() {
        List<String> done = new ArrayList<>();
        var task = tasks.task("reading", progress -> "text").onDone(done::add).start();
        assertThat(tasks.running()).containsExactly(task);

        runAll(work);
        assertThat(done).isEmpty();
        assertThat(task.state()).isEqualTo(TaskState.RUNNING);
        runAll(window);
        assertThat(done).containsExactly("text");
        assertThat(task.state()).isEqualTo(TaskState.DONE);
        assertThat(tasks.running()).isEmpty();
    }

    @Test
    void failure_isExplained_toWhoeverAsked_elseToTheWindow() {
        List<GantryException> own = new ArrayList<>();
        tasks.task("a", progress -> {
                    throw new NoSuchFileException("x.json");
                })
                .onFailed(own::add)
                .start();
        var second = tasks.task("b", progress -> {
                    throw new IOException("broken pipe");
                })
                .start();
        runAll(work);
        runAll(window);

        assertThat(own).extracting(GantryException::code).containsExactly("FILE-MISSING");
        assertThat(failures).extracting(GantryException::code).containsExactly("FILE-IO");
        assertThat(second.state()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void defect_isToldAsOne() {
        tasks.task("a", progress -> {
                    throw new IllegalStateException("seven");
                })
                .start();
        runAll(work);
        runAll(window);

        assertThat(failures).singleElement().satisfies(told -> {
            assertThat(told.code()).isEqualTo("DEFECT");
            assertThat(told.what()).contains("seven");
        });
    }

    @Test
    void error_endsTheTask_andIsTold() {
        var task = tasks.task("a", progress -> {
                    throw new NoClassDefFoundError("gone");
                })
                .start();
        runAll(work);
        runAll(window);

        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(failures).singleElement().extracting(GantryException::code).isEqualTo("DEFECT");
    }

    @Test
    void cancel_isSeenByTheWork_andIsNoFailure() {
        List<String> ends = new ArrayList<>();
        var task = tasks.task("long", progress -> {
                    progress.throwIfCancelled();
                    return 1;
                })
                .onCancelled(() -> ends.add("cancelled"))
                .onEnd(() -> ends.add("end"))
                .start();
        task.cancel();
        assertThat(task.state()).isEqualTo(TaskState.CANCELLING);
        runAll(work);
        runAll(window);

        assertThat(task.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(ends).containsExactly("cancelled", "end");
        assertThat(failures).isEmpty();
    }

    @Test
    void progress_isCarriedOver_oneReportAtATime() {
        List<Double> seen = new ArrayList<>();
        var task = tasks.task("rows", progress -> {
            try (var rows = progress.start("rows", 1000, ProgressUnit.ROWS)) {
                for (int row = 1; row <= 1000; row++) {
                    rows.update(row);
                }
            }
            return 1;
        });
        task.statusProperty().subscribe(status -> seen.add(status.fraction()));
        task.start();
        runAll(work);
        // one report and the outcome
        assertThat(window).hasSize(2);
        runAll(window);

        assertThat(seen).containsExactly(-1.0, 1.0);
    }

    @Test
    void start_isRefused_theSecondTime() {
        var task = tasks.task("once", progress -> 1).start();

        assertThatThrownBy(task::start).isInstanceOf(IllegalStateException.class);
    }
}
