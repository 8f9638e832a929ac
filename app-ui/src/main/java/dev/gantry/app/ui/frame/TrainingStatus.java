package dev.gantry.app.ui.frame;

import dev.gantry.app.run.RunMonitor;
import dev.gantry.app.run.RunMonitor.Look;
import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.run.RunStatus;
import dev.gantry.app.run.Runs;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Navigation;
import dev.gantry.app.ui.shell.Notices;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.WindowStatus;
import dev.gantry.app.ui.shell.WindowStatus.Pill;
import dev.gantry.app.ui.task.BackgroundTasks;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.run.RunCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;

/// Says on every screen which run is going on and how one ended, and asks what shall become of it before the window
/// closes.
public final class TrainingStatus implements RunMonitor.Listener, AutoCloseable {
    private final Texts texts;
    private final RunMonitor monitor;
    private final WindowStatus status;
    private final Notices notices;
    private final Navigation navigation;
    private final BackgroundTasks tasks;
    private final Subscription asking;
    private final Set<Path> seenAlive = new HashSet<>();
    private @Nullable Look last;
    private boolean closed;

    public TrainingStatus(
            Texts texts,
            RunMonitor monitor,
            WindowStatus status,
            Notices notices,
            Navigation navigation,
            BackgroundTasks tasks) {
        this.texts = texts;
        this.monitor = monitor;
        this.status = status;
        this.notices = notices;
        this.navigation = navigation;
        this.tasks = tasks;
        this.asking = status.askBeforeClosing(this::question);
        monitor.addListener(this);
    }

    @Override
    public void looked(Look look) {
        tasks.later(() -> show(look));
    }

    @Override
    public void failed(GantryException failure) {
        tasks.later(() -> notices.failure(failure, List.of()));
    }

    private void show(Look look) {
        if (closed) {
            return;
        }
        last = look;
        RunSnapshot alive = look.alive();
        status.runProperty().set(alive == null ? null : new Pill(words(alive), new Destination.ShowRun(alive.run())));
        for (RunSnapshot run : look.runs()) {
            if (run.status().isAlive()) {
                boolean isNew = seenAlive.add(run.run());
                if (isNew && look.number() == 0) {
                    tell(run, "frame.run.found");
                }
            } else if (seenAlive.remove(run.run())) {
                ended(run);
            }
        }
    }

    private String words(RunSnapshot run) {
        if (run.silent().compareTo(RunSnapshot.NOT_RESPONDING) > 0) {
            return texts.format("frame.run.silent", texts.numbers().duration(run.silent()));
        }
        String word = texts.get("frame.run." + run.status().name().toLowerCase(Locale.ROOT));
        if (run.totalSteps() == 0 || run.status() == RunStatus.PREPARING) {
            return word;
        }
        String at = texts.format("frame.run.at", word, run.step(), run.totalSteps());
        boolean known = run.status() == RunStatus.TRAINING && run.remaining().compareTo(Duration.ZERO) > 0;
        return known
                ? at + " · " + texts.format("frame.work.left", texts.numbers().duration(run.remaining()))
                : at;
    }

    private void ended(RunSnapshot run) {
        switch (run.status()) {
            case FINISHED -> tell(run, "frame.run.finished");
            case FAILED -> tell(run, "frame.run.failed");
            case INTERRUPTED -> tell(run, "frame.run.interrupted");
            // somebody asked for it
            case WAITING, PREPARING, TRAINING, PAUSED, STOPPED -> {}
        }
    }

    private void tell(RunSnapshot run, String key) {
        String text = texts.format(key, run.name());
        if (run.status() == RunStatus.FINISHED && navigation.has(ScreenName.CHAT)) {
            Destination chat = new Destination.Compare(run.run());
            notices.info(text, new Choice(texts.get("frame.run.compare"), () -> navigation.go(chat)));
        } else if (navigation.has(ScreenName.RUNS)) {
            Destination show = new Destination.ShowRun(run.run());
            notices.info(text, new Choice(texts.get("frame.run.show"), () -> navigation.go(show)));
        } else {
            notices.info(text);
        }
    }

    private Optional<Question> question() {
        Look look = last;
        RunSnapshot going = look == null ? null : look.alive();
        if (look == null || going == null) {
            return Optional.empty();
        }
        String text = texts.format("frame.closing.text", going.name());
        int waiting = look.waiting().size();
        return Optional.of(new Question(
                texts.get("frame.closing"),
                waiting == 0 ? text : text + " " + texts.format("frame.closing.waiting", waiting),
                List.of(
                        new Choice(texts.get("frame.closing.keep"), status::close),
                        new Choice(texts.get("frame.closing.stop"), () -> stopAndClose(going.run())))));
    }

    private void stopAndClose(Path run) {
        monitor.close(); // else the next one in the queue would begin
        tasks.task(texts.get("frame.closing.stopping"), progress -> {
                    Runs.tell(run, RunCommand.STOP);
                    return true;
                })
                .onFailed(_ -> {}) // it has just ended by itself
                .onEnd(status::close)
                .start();
    }

    @Override
    public void close() {
        closed = true;
        monitor.removeListener(this);
        asking.unsubscribe();
    }
}
