package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunMonitor;
import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.run.RunStatus;
import dev.gantry.app.run.Runs;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.task.Work;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.run.RunCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What can be asked of the chosen run; used on the JavaFX thread.
final class RunActions {
    private final Services services;
    private final Texts texts;
    private final RunMonitor monitor;
    private final RunTrash trash;
    private final Supplier<@Nullable RunDetail> chosen;

    RunActions(Services services, RunTrash trash, Supplier<@Nullable RunDetail> chosen) {
        this.services = services;
        this.texts = services.texts();
        this.monitor = services.runs();
        this.trash = trash;
        this.chosen = chosen;
    }

    private @Nullable Path run() {
        RunDetail now = chosen.get();
        return now == null ? null : now.run().run();
    }

    private void work(String key, Work<?> work) {
        services.tasks().task(texts.get(key), work).onDone(_ -> monitor.wake()).start();
    }

    void tell(RunCommand command) {
        Path run = run();
        if (run != null) {
            work("runs.telling", progress -> {
                Runs.tell(run, command);
                return command;
            });
        }
    }

    /// Lets the chosen run begin or go on, at once or when its turn comes.
    void resume() {
        Path run = run();
        if (run != null) {
            work("runs.starting", progress -> monitor.queue().submit(run));
        }
    }

    /// Starts the chosen run, whose turn has not come; asks when another one trains.
    ///
    /// @param alive the run that trains, or null
    void startNow(@Nullable RunSnapshot alive) {
        Path run = run();
        if (run == null) {
            return;
        }
        Runnable start = () -> work("runs.starting", progress -> monitor.queue().startNow(run));
        if (alive == null) {
            start.run();
            return;
        }
        services.notices()
                .ask(new Question(
                        texts.get("runs.beside"),
                        texts.format("runs.beside.text", alive.name()),
                        List.of(
                                new Choice(texts.get("runs.beside.wait"), () -> {}),
                                new Choice(texts.get("runs.beside.start"), start))));
    }

    /// @param places negative for an earlier turn
    void moveTurn(int places) {
        Path run = run();
        if (run != null) {
            work("runs.queueing", progress -> {
                monitor.queue().move(run, places);
                return true;
            });
        }
    }

    /// Takes the chosen run out of the queue; it stays in the list.
    void waitNoLonger() {
        Path run = run();
        if (run != null) {
            work("runs.queueing", progress -> {
                monitor.queue().remove(run);
                return true;
            });
        }
    }

    /// Moves the chosen run to the trash in a moment, unless the user takes it back.
    void delete() {
        RunDetail now = chosen.get();
        if (now != null && !now.run().status().isAlive()) {
            trash.put(now.run().run());
            monitor.wake();
        }
    }

    void openFolder() {
        Path run = run();
        if (run != null) {
            services.host().open(run);
        }
    }

    void open(RunContents.SavedState checkpoint) {
        services.host().open(checkpoint.folder());
    }

    /// Talks to what a checkpoint holds.
    void chat(RunContents.SavedState checkpoint) {
        RunDetail now = chosen.get();
        if (now != null) {
            String whole = checkpoint.loadable().toString();
            services.navigation()
                    .go(
                            checkpoint.isAdapter()
                                    ? new Destination.ChatWith(now.files().model(), checkpoint.folder())
                                    : new Destination.ChatWith(whole, null));
        }
    }

    /// Shows base and tuned model side by side.
    void compareInChat() {
        Path run = run();
        if (run != null) {
            services.navigation().go(new Destination.Compare(run));
        }
    }

    void export() {
        Path run = run();
        if (run != null) {
            services.navigation().go(new Destination.ExportRun(run));
        }
    }

    void teach() {
        services.navigation().go(ScreenName.TRAIN);
    }

    boolean has(ScreenName screen) {
        return services.navigation().has(screen);
    }

    /// Whether a run can be started or resumed now.
    static boolean canResume(RunStatus status, int turn) {
        return turn == 0 && (status.isResumable() || status == RunStatus.WAITING);
    }
}
