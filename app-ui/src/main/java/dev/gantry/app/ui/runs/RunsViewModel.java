package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.run.RunStatus;
import dev.gantry.app.run.Runs;
import dev.gantry.app.ui.control.chart.ChartPicture.Outliers;
import dev.gantry.app.ui.control.chart.ChartPicture.Scale;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.shell.WindowStatus.Pill;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.run.RunCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// What Runs shows, from looks at the run folders four times a second, and what can be asked.
final class RunsViewModel implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RunsViewModel.class.getName());
    private static final long PERIOD_NANOS = 250_000_000L;
    private static final RunCharts.Wish FIRST_WISH = new RunCharts.Wish(0.9, Scale.LINEAR, Outliers.CLIPPED, 600, 240);

    private final Services services;
    private final Texts texts;
    private final RunWords words;
    private final RunsPoll poll;
    private final RunReader reader;
    private final RunTrash trash;
    private final ObservableList<RunLine> lines = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<@Nullable RunDetail> detail = new ReadOnlyObjectWrapper<>();
    private final ObjectProperty<RunCharts.Wish> wish = new SimpleObjectProperty<>(FIRST_WISH);
    private volatile RunCharts.Wish wishNow = FIRST_WISH;
    private volatile @Nullable Path chosen;
    private volatile boolean closed;
    private @Nullable Thread thread;
    private @Nullable RunSnapshot alive;

    RunsViewModel(Services services, Runs runs) {
        this.services = services;
        this.texts = services.texts();
        this.words = new RunWords(texts);
        this.poll = new RunsPoll(runs);
        this.reader = new RunReader(texts);
        this.trash = new RunTrash(services);
        wish.subscribe(now -> {
            wishNow = now;
            wake();
        });
        services.status().askBeforeClosing(this::questionBeforeClosing);
    }

    /// Looks again and again from now on, beside the JavaFX thread.
    void start() {
        Thread looking = Thread.ofPlatform().daemon().name("runs").unstarted(() -> {
            while (!closed) {
                refresh();
                LockSupport.parkNanos(PERIOD_NANOS);
            }
        });
        thread = looking;
        looking.start();
    }

    private void wake() {
        LockSupport.unpark(thread);
    }

    /// One look; called by one thread.
    void refresh() {
        try {
            trash.empty(poll);
            List<RunSnapshot> all =
                    poll.look().stream().filter(run -> !trash.holds(run.run())).toList();
            RunSnapshot shown = find(all, chosen);
            RunDetail read = shown == null ? null : reader.read(shown, wishNow);
            List<RunLine> told = all.stream().map(words::line).toList();
            services.tasks().later(() -> show(all, told, read));
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot look at the runs", e);
        }
    }

    private static @Nullable RunSnapshot find(List<RunSnapshot> all, @Nullable Path wanted) {
        return all.stream()
                .filter(run -> run.run().equals(wanted))
                .findFirst()
                .orElse(all.isEmpty() ? null : all.getFirst());
    }

    private void show(List<RunSnapshot> all, List<RunLine> told, @Nullable RunDetail read) {
        if (closed) {
            return;
        }
        boolean sameRuns = told.stream()
                .map(RunLine::run)
                .toList()
                .equals(lines.stream().map(RunLine::run).toList());
        if (sameRuns) {
            for (int i = 0; i < told.size(); i++) {
                if (!told.get(i).equals(lines.get(i))) {
                    lines.set(i, told.get(i));
                }
            }
        } else {
            lines.setAll(told);
        }
        detail.set(read);
        alive = all.stream().filter(run -> run.status().isAlive()).findFirst().orElse(null);
        services.status()
                .runProperty()
                .set(alive == null ? null : new Pill(words.status(alive), new Destination.ShowRun(alive.run())));
    }

    private Optional<Question> questionBeforeClosing() {
        RunSnapshot going = alive;
        if (going == null) {
            return Optional.empty();
        }
        return Optional.of(new Question(
                texts.get("runs.closing"),
                texts.format("runs.closing.text", going.name()),
                List.of(
                        new Choice(texts.get("runs.closing.keep"), services.status()::close),
                        new Choice(texts.get("runs.closing.stop"), () -> {
                            tell(going.run(), RunCommand.STOP);
                            services.status().close();
                        }))));
    }

    ObservableList<RunLine> lines() {
        return lines;
    }

    ReadOnlyObjectProperty<@Nullable RunDetail> detailProperty() {
        return detail.getReadOnlyProperty();
    }

    /// How the charts shall look.
    ObjectProperty<RunCharts.Wish> wishProperty() {
        return wish;
    }

    void choose(@Nullable Path run) {
        chosen = run;
        wake();
    }

    private void tell(Path run, RunCommand command) {
        services.tasks()
                .task(texts.get("runs.telling"), progress -> {
                    Runs.tell(run, command);
                    return command;
                })
                .onDone(_ -> wake())
                .start();
    }

    /// Asks something of the chosen run.
    void tell(RunCommand command) {
        RunDetail now = detail.get();
        if (now != null) {
            tell(now.run().run(), command);
        }
    }

    /// Lets the chosen run begin or go on, at once or when its turn comes.
    void resume() {
        RunDetail now = detail.get();
        if (now != null) {
            services.tasks()
                    .task(
                            texts.get("runs.starting"),
                            progress -> poll.queue().submit(now.run().run()))
                    .onDone(_ -> wake())
                    .start();
        }
    }

    /// Moves the chosen run to the trash in a moment, unless the user takes it back.
    void delete() {
        RunDetail now = detail.get();
        if (now != null && !now.run().status().isAlive()) {
            trash.put(now.run().run());
            wake();
        }
    }

    void openFolder() {
        RunDetail now = detail.get();
        if (now != null) {
            services.host().open(now.run().run());
        }
    }

    /// Shows base and tuned model side by side.
    void compare() {
        RunDetail now = detail.get();
        if (now != null) {
            services.navigation().go(new Destination.Compare(now.run().run()));
        }
    }

    boolean has(ScreenName screen) {
        return services.navigation().has(screen);
    }

    void teach() {
        services.navigation().go(ScreenName.TRAIN);
    }

    /// Whether a run can be started or resumed now.
    static boolean canResume(RunStatus status) {
        return status.isResumable() || status == RunStatus.WAITING;
    }

    @Override
    public void close() {
        closed = true;
        wake();
        services.status().askBeforeClosing(Optional::empty);
    }
}
