package dev.gantry.app.ui.home;

import dev.gantry.app.machine.MachineProbe;
import dev.gantry.app.run.RunGlance;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import java.io.IOException;
import java.util.Locale;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// What Home shows: what this machine can do, which runs were last.
final class HomeViewModel {
    private static final int RECENT = 6;

    private final Services services;
    private final Texts texts;
    private final ReadOnlyStringWrapper machine = new ReadOnlyStringWrapper("");
    private final ObservableList<RecentRun> runs = FXCollections.observableArrayList();

    HomeViewModel(Services services) {
        this.services = services;
        this.texts = services.texts();
    }

    /// Reads everything again.
    void refresh() {
        services.tasks()
                .task(
                        texts.get("home.reading"),
                        progress -> RunGlance.newest(services.runs().runs().folders(), RECENT))
                .onDone(newest -> runs.setAll(newest.stream().map(this::recent).toList()))
                .start();
        services.tasks()
                .task(texts.get("home.reading"), progress -> sentence())
                .onDone(machine::set)
                .start();
    }

    private RecentRun recent(RunGlance run) {
        String state = texts.get("home.state." + run.status().name().toLowerCase(Locale.ROOT));
        String mark = switch (run.status()) {
            case FINISHED, TRAINING -> "good";
            case FAILED -> "bad";
            case PAUSED, INTERRUPTED -> "warn";
            case WAITING, PREPARING, STOPPED -> "muted";
        };
        String words = texts.format("home.run", state, texts.numbers().dateTime(run.changed()));
        return new RecentRun(String.valueOf(run.run().getFileName()), words, mark, run.run());
    }

    private String sentence() throws IOException {
        MachineProbe probe = new MachineProbe();
        var memory = probe.memory();
        var disk = probe.disk(services.home().folder());
        return texts.format(
                "home.machine",
                probe.cpu().logicalCores(),
                texts.numbers().bytes(memory.totalBytes()),
                texts.numbers().bytes(memory.availableBytes()),
                texts.numbers().bytes(disk.freeBytes()));
    }

    ReadOnlyStringProperty machineProperty() {
        return machine.getReadOnlyProperty();
    }

    ObservableList<RecentRun> runs() {
        return runs;
    }

    boolean can(ScreenName screen) {
        return services.navigation().has(screen);
    }

    void go(Destination destination) {
        services.navigation().go(destination);
    }
}
