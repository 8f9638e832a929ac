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
import java.util.List;
import java.util.Objects;
import javafx.beans.property.ObjectProperty;
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
    private final ComparedRuns compared;
    private final RunTrash trash;
    private final RunActions actions;
    private final ObservableList<RunLine> lines = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<@Nullable RunDetail> detail = new ReadOnlyObjectWrapper<>();
    private final ObjectProperty<RunCharts.Wish> wish = new SimpleObjectProperty<>(FIRST_WISH);
    private volatile RunCharts.Wish wishNow = FIRST_WISH;
    private volatile @Nullable Path chosen;
    private volatile boolean isShown;
    private @Nullable RunSnapshot alive;

    RunsViewModel(Services services) {
        this.services = services;
        this.monitor = services.runs();
        this.words = new RunLines(services.texts());
        this.reader = new RunReader(
                services.texts(), new Gauges(services.texts(), services.home().folder()));
        this.compared = new ComparedRuns(services, lines, new RunComparer.Wish(Metric.LOSS, FIRST_WISH));
        this.trash = new RunTrash(services);
        this.actions = new RunActions(services, trash, detail::get);
        wish.subscribe(now -> {
            wishNow = now;
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
        Comparison made = compared.look(all);
        List<RunLine> told = words.lines(all, look.waiting(), compared.ticked());
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
        compared.show(made);
    }

    ObservableList<RunLine> lines() {
        return lines;
    }

    ReadOnlyObjectProperty<@Nullable RunDetail> detailProperty() {
        return detail.getReadOnlyProperty();
    }

    ComparedRuns compared() {
        return compared;
    }

    /// How the charts shall look.
    ObjectProperty<RunCharts.Wish> wishProperty() {
        return wish;
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
