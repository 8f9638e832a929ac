package dev.gantry.app.ui.home;

import dev.gantry.app.machine.MachineProbe;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.ModelEntry;
import dev.gantry.zoo.catalog.RunEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// What Home shows: what this machine can do, how many models there are, which runs were last.
final class HomeViewModel {
    private static final int RECENT = 6;

    private final Services services;
    private final Texts texts;
    private final ReadOnlyStringWrapper machine = new ReadOnlyStringWrapper("");
    private final ReadOnlyIntegerWrapper models = new ReadOnlyIntegerWrapper();
    private final ObservableList<RecentRun> runs = FXCollections.observableArrayList();

    /// What is read from the disk.
    private record Contents(List<ModelEntry> models, List<RunEntry> runs) {}

    HomeViewModel(Services services) {
        this.services = services;
        this.texts = services.texts();
    }

    /// Reads everything again.
    void refresh() {
        services.tasks()
                .task(texts.get("home.reading"), progress -> services.catalog().call(HomeViewModel::read))
                .onDone(this::show)
                .start();
        services.tasks()
                .task(texts.get("home.reading"), progress -> sentence())
                .onDone(machine::set)
                .start();
    }

    private static Contents read(Catalog catalog) {
        try {
            catalog.refreshRuns();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Contents(catalog.models().all(), catalog.runs().all());
    }

    private void show(Contents contents) {
        models.set(contents.models().size());
        runs.setAll(contents.runs().stream()
                .sorted(Comparator.comparing(RunEntry::changed).reversed())
                .limit(RECENT)
                .map(this::recent)
                .toList());
    }

    private RecentRun recent(RunEntry run) {
        String key = "home.state." + run.state();
        String state = texts.has(key) ? texts.get(key) : run.state();
        String mark = switch (run.state()) {
            case "finished" -> "good";
            case "failed" -> "bad";
            default -> "warn";
        };
        String words = texts.format("home.run", state, texts.numbers().dateTime(run.changed()));
        return new RecentRun(run.id(), words, mark, run.folder());
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

    ReadOnlyIntegerProperty modelsProperty() {
        return models.getReadOnlyProperty();
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
