package dev.gantry.app.ui.hardware;

import dev.gantry.app.cli.GantryVersion;
import dev.gantry.app.machine.Examiner;
import dev.gantry.app.machine.MachineParts;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.machine.MeasuredRates;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.task.BackgroundTask;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.run.RunJson;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/// What this machine is made of and what was measured on it.
final class HardwareViewModel {
    private static final List<Long> EXAMPLES = List.of(1_000_000_000L, 8_000_000_000L, 70_000_000_000L);

    private final Services services;
    private final Texts texts;
    private final Examiner examiner;
    private final ReadOnlyObjectWrapper<@Nullable MachineParts> parts = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable MeasuredRates> measured = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable BackgroundTask<?>> measuring = new ReadOnlyObjectWrapper<>();

    HardwareViewModel(Services services, Examiner examiner) {
        this.services = services;
        this.texts = services.texts();
        this.examiner = examiner;
    }

    /// What is read when the screen comes to the front.
    private record Reading(MachineParts parts, Optional<MeasuredRates> measured) {}

    /// Looks at everything again; measures nothing.
    void look() {
        services.tasks()
                .task(
                        texts.get("hardware.looking"),
                        progress -> new Reading(examiner.look(), MeasuredRates.read(services.home())))
                .onDone(reading -> {
                    parts.set(reading.parts());
                    measured.set(reading.measured().orElse(null));
                })
                .start();
    }

    /// Measures memory and disk and keeps what came out.
    void measure() {
        if (measuring.get() != null) {
            return;
        }
        BackgroundTask<MeasuredRates> task = services.tasks()
                .task(texts.get("hardware.measuring"), progress -> {
                    MeasuredRates now = new MeasuredRates(services.clock().instant(), examiner.measure(progress));
                    now.keep(services.home());
                    return now;
                })
                .onDone(measured::set)
                .onEnd(() -> measuring.set(null));
        measuring.set(task);
        task.start();
    }

    /// How fast models of well-known sizes can answer at most: each token reads every weight once.
    List<AnswerSpeed> speeds() {
        MachineParts now = parts.get();
        MeasuredRates rates = measured.get();
        if (now == null || rates == null) {
            return List.of();
        }
        return EXAMPLES.stream()
                .map(parameters -> AnswerSpeed.of(parameters, now.memory().availableBytes(), rates.rates()))
                .toList();
    }

    /// Puts what `gantry doctor --json` prints on the clipboard, or as much of it as is known.
    void copyReport() {
        MachineParts now = parts.get();
        if (now == null) {
            return;
        }
        MeasuredRates rates = measured.get();
        MachineReport.Rates known = rates == null ? new MachineReport.Rates(0, 0, 0, 0, "not measured") : rates.rates();
        services.host().copy(RunJson.PRETTY.writeValueAsString(now.with(GantryVersion.current(), known)));
        services.notices().info(texts.get("hardware.copied"));
    }

    ReadOnlyObjectProperty<@Nullable MachineParts> partsProperty() {
        return parts.getReadOnlyProperty();
    }

    /// Null when nothing was ever measured here.
    ReadOnlyObjectProperty<@Nullable MeasuredRates> measuredProperty() {
        return measured.getReadOnlyProperty();
    }

    /// The measurement that is going on; null when none is.
    ReadOnlyObjectProperty<@Nullable BackgroundTask<?>> measuringProperty() {
        return measuring.getReadOnlyProperty();
    }
}
