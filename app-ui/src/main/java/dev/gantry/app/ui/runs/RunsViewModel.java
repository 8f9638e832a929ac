package dev.gantry.app.ui.runs;

import dev.gantry.app.run.Metric;
import dev.gantry.app.run.RunMonitor;
import dev.gantry.app.run.RunMonitor.Look;
import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.ui.control.chart.ChartPicture.Outliers;
import dev.gantry.app.ui.control.chart.ChartPicture.Scale;
import dev.gantry.app.ui.shell.Services;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// What Runs shows, from what the monitor sees while the screen is at the front.
final class RunsViewModel implements RunMonitor.Listener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RunsViewModel.class.getName());
    private static final RunCharts.Wish FIRST_WISH = new RunCharts.Wish(0.9, Scale.LINEAR, Outliers.CLIPPED, 600, 240);

    private final Services services;
    private final RunMonitor monitor;
    private final RunLines words;
    private final RunReader reader;
    private final RunComparer comparer;
    private final RunTrash trash;
    private final RunActions actions;
    private final ObservableList<RunLine> lines = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<@Nullable RunDetail> detail = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable Comparison> comparison = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyIntegerWrapper ticks = new ReadOnlyIntegerWrapper();
    private final ObjectProperty<RunCharts.Wish> wish = new SimpleObjectProperty<>(FIRST_WISH);
    private final ObjectProperty<RunComparer.Wish> compareWish =
            new SimpleObjectProperty<>(new RunComparer.Wish(Metric.LOSS, FIRST_WISH));
    private volatile RunCharts.Wish wishNow = FIRST_WISH;
    private volatile RunComparer.Wish compareWishNow = compareWish.get();
    private volatile List<Path> ticked = List.of();
    private volatile @Nullable Path chosen;
    private volatile boolean isShown;
    private @Nullable RunSnapshot alive;

    RunsViewModel(Services services) {
        this.services = services;
        this.monitor = services.runs();
        this.words = new RunLines(services.texts());
        this.reader = new RunReader(
                services.texts(), new Gauges(services.texts(), services.home().folder()));
        this.comparer = new RunComparer(services.texts());
        this.trash = new RunTrash(services);
        this.actions = new RunActions(services, trash, detail::get);
        wish.subscribe(now -> {
            wishNow = now;
            monitor.wake();
        });
        compareWish.subscribe(now -> {
            compareWishNow = now;
            monitor.wake();
        });
        monitor.addListener(this);
    }

    /// The screen came to the front, or is no longer there: what nobody sees is not worked out.
    void setShown(boolean shown) {
        isShown = shown;
        monitor.wantAll(shown);
    }

    @Override
    public void looked(Look look) {
        try {
            trash.empty(monitor);
            if (isShown) {
                look(look);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot read a run", e);
        }
    }

    private void look(Look look) throws IOException {
        List<RunSnapshot> all =
                look.runs().stream().filter(run -> !trash.holds(run.run())).toList();
        RunSnapshot found = find(all, chosen);
        RunDetail read =
                found == null ? null : reader.read(found, look.waiting().indexOf(found.run()) + 1, wishNow);
        List<Path> compared = ticked;
        Comparison made = comparer.compare(
                compared.stream()
                        .flatMap(run -> all.stream().filter(one -> one.run().equals(run)))
                        .toList(),
                compareWishNow);
        List<RunLine> told = words.lines(all, look.waiting(), compared);
        services.tasks().later(() -> show(look.alive(), told, read, made));
    }

    private static @Nullable RunSnapshot find(List<RunSnapshot> all, @Nullable Path wanted) {
        return all.stream()
                .filter(run -> run.run().equals(wanted))
                .findFirst()
                .orElse(all.isEmpty() ? null : all.getFirst());
    }

    private void show(
            @Nullable RunSnapshot going, List<RunLine> told, @Nullable RunDetail read, @Nullable Comparison made) {
        if (!isShown) {
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
        alive = going;
        detail.set(read);
        comparison.set(made);
    }

    ObservableList<RunLine> lines() {
        return lines;
    }

    ReadOnlyObjectProperty<@Nullable RunDetail> detailProperty() {
        return detail.getReadOnlyProperty();
    }

    /// Those that are ticked beside each other; null for less than two.
    ReadOnlyObjectProperty<@Nullable Comparison> comparisonProperty() {
        return comparison.getReadOnlyProperty();
    }

    /// How many are ticked to be compared.
    ReadOnlyIntegerProperty ticksProperty() {
        return ticks.getReadOnlyProperty();
    }

    /// How the charts shall look.
    ObjectProperty<RunCharts.Wish> wishProperty() {
        return wish;
    }

    /// How the chart of a comparison shall look.
    ObjectProperty<RunComparer.Wish> compareWishProperty() {
        return compareWish;
    }

    /// The run that the user chose; null before, and the first one is shown.
    @Nullable
    Path chosen() {
        return chosen;
    }

    void choose(@Nullable Path run) {
        if (!Objects.equals(run, chosen)) {
            chosen = run;
            monitor.wake();
        }
    }

    /// Adds a run to those that are compared, or takes it out.
    void tick(Path run) {
        List<Path> now = new ArrayList<>(ticked);
        if (!now.remove(run)) {
            if (now.size() == RunComparer.MOST) {
                services.notices().info(services.texts().format("runs.compare.most", RunComparer.MOST));
                return;
            }
            now.add(run);
        }
        setTicked(now);
    }

    void tickNone() {
        setTicked(List.of());
    }

    private void setTicked(List<Path> runs) {
        ticked = List.copyOf(runs);
        ticks.set(runs.size());
        for (int i = 0; i < lines.size(); i++) {
            RunLine line = lines.get(i);
            if (line.ticked() != runs.contains(line.run())) {
                lines.set(i, RunLines.ticked(line, !line.ticked()));
            }
        }
        if (runs.size() < 2) {
            comparison.set(null);
        }
        monitor.wake();
    }

    RunActions actions() {
        return actions;
    }

    /// Starts the chosen run out of turn.
    void startNow() {
        actions.startNow(alive);
    }

    @Override
    public void close() {
        setShown(false);
        monitor.removeListener(this);
    }
}
