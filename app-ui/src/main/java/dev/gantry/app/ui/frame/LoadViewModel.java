package dev.gantry.app.ui.frame;

import dev.gantry.app.machine.LoadProbe;
import dev.gantry.app.machine.MachineLoad;
import dev.gantry.app.ui.text.Numbers;
import dev.gantry.app.ui.text.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/// How busy the machine is, looked at every two seconds by a thread of its own.
public final class LoadViewModel implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LoadViewModel.class.getName());
    private static final long PERIOD_SECONDS = 2;

    private final Texts texts;
    private final Numbers numbers;
    private final Executor window;
    private final LoadProbe probe;
    private final ReadOnlyObjectWrapper<MachineLoad> load = new ReadOnlyObjectWrapper<>(new MachineLoad(0, 0, 1, 0, 1));
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("gantry-load").factory());

    public LoadViewModel(Texts texts, Path folder, Executor window) {
        this.texts = texts;
        this.numbers = texts.numbers();
        this.window = window;
        this.probe = new LoadProbe(folder);
    }

    public void start() {
        var _ = timer.scheduleWithFixedDelay(this::look, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            MachineLoad now = probe.read();
            window.execute(() -> load.set(now));
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "the load of the machine cannot be read", e);
        }
    }

    public ReadOnlyObjectProperty<MachineLoad> loadProperty() {
        return load.getReadOnlyProperty();
    }

    String processor(MachineLoad now) {
        return texts.format("frame.load.cpu", numbers.percent(now.cpuShare()));
    }

    String memory(MachineLoad now) {
        return texts.format(
                "frame.load.memory", numbers.bytes(now.memoryUsedBytes()), numbers.bytes(now.memoryTotalBytes()));
    }

    String disk(MachineLoad now) {
        return texts.format("frame.load.disk", numbers.bytes(now.diskFreeBytes()));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
