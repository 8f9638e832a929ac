package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.ui.shell.Services;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// Which runs are ticked in the list, and how they compare.
final class ComparedRuns {
    private final Services services;
    private final ObservableList<RunLine> lines;
    private final RunComparer comparer;
    private final ReadOnlyObjectWrapper<@Nullable Comparison> comparison = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyIntegerWrapper ticks = new ReadOnlyIntegerWrapper();
    private final ObjectProperty<RunComparer.Wish> wish;
    private volatile RunComparer.Wish wishNow;
    private volatile List<Path> ticked = List.of();

    /// @param lines of the list, in which ticks are shown at once
    ComparedRuns(Services services, ObservableList<RunLine> lines, RunComparer.Wish first) {
        this.services = services;
        this.lines = lines;
        comparer = new RunComparer(services.texts());
        wish = new SimpleObjectProperty<>(first);
        wishNow = first;
        wish.subscribe(now -> {
            wishNow = now;
            services.runs().wake();
        });
    }

    /// Those that are ticked beside each other; null for less than two. On the monitor's thread.
    @Nullable
    Comparison look(List<RunSnapshot> all) throws IOException {
        return comparer.compare(
                ticked.stream()
                        .flatMap(run -> all.stream().filter(one -> one.run().equals(run)))
                        .toList(),
                wishNow);
    }

    void show(@Nullable Comparison made) {
        comparison.set(ticked.size() < 2 ? null : made);
    }

    List<Path> ticked() {
        return ticked;
    }

    /// Null as long as less than two are ticked.
    ReadOnlyObjectProperty<@Nullable Comparison> comparisonProperty() {
        return comparison.getReadOnlyProperty();
    }

    /// How many are ticked.
    ReadOnlyIntegerProperty ticksProperty() {
        return ticks.getReadOnlyProperty();
    }

    /// How the chart shall look.
    ObjectProperty<RunComparer.Wish> wishProperty() {
        return wish;
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
        services.runs().wake();
    }
}
