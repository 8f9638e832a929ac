package dev.gantry.app.ui.runs;

import dev.gantry.app.run.ConfigDifference;
import dev.gantry.app.run.Metric;
import dev.gantry.app.run.RunFiles;
import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.run.RunStatus;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what the chosen run's tabs show, and reads again only what changed. One thread uses it.
final class RunReader {
    private static final int LOG_BYTES = 64 << 10;

    private final Texts texts;
    private final RunWords words;
    private final Gauges gauges;
    private @Nullable Path run;
    private SampleTable samples = new SampleTable(List.of(), List.of());
    private int sampleEvents;
    private RunContents files = RunContents.EMPTY;
    private @Nullable FilesOf filesOf;
    private String settings = "";
    private String log = "";
    private long logBytes;
    private RunCharts charts = RunCharts.EMPTY;
    private @Nullable ChartsOf chartsOf;

    /// What charts were made of.
    private record ChartsOf(Path run, long step, int points, int evaluations, RunCharts.Wish wish) {}

    /// When the files of a run were listed.
    private record FilesOf(RunStatus status, int checkpoints, int samples) {}

    RunReader(Texts texts, Gauges gauges) {
        this.texts = texts;
        this.gauges = gauges;
        this.words = new RunWords(texts);
    }

    RunDetail read(RunSnapshot now, int turn, RunCharts.Wish wish) throws IOException {
        if (!now.run().equals(run)) {
            run = now.run();
            samples = new SampleTable(List.of(), List.of());
            sampleEvents = 0;
            filesOf = null;
            settings = RunJson.PRETTY.writeValueAsString(ConfigDifference.settings(now.run()));
            log = "";
            logBytes = 0;
        }
        int events = now.all(RunEvent.Samples.class).size();
        if (events != sampleEvents) {
            samples = SampleTable.read(now);
            sampleEvents = events;
        }
        FilesOf list = new FilesOf(
                now.status(), now.all(RunEvent.CheckpointSaved.class).size(), events);
        if (!list.equals(filesOf)) {
            files = RunContents.read(now.run());
            filesOf = list;
        }
        readLog(now.run().resolve(RunFiles.LOG));
        drawCharts(now, wish);
        return new RunDetail(
                now,
                turn,
                charts,
                samples,
                files,
                words.status(now, turn),
                words.reason(now),
                log,
                settings,
                gauges.read(now));
    }

    private void drawCharts(RunSnapshot now, RunCharts.Wish wish) {
        ChartsOf wanted = new ChartsOf(
                now.run(),
                now.step(),
                now.series(Metric.LOSS).size(),
                now.series(Metric.EVAL_LOSS).size(),
                wish);
        if (!wanted.equals(chartsOf)) {
            charts = RunCharts.of(now, wish, texts);
            chartsOf = wanted;
        }
    }

    private void readLog(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) == logBytes) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            logBytes = channel.size();
            ByteBuffer end = ByteBuffer.allocate((int) Math.min(LOG_BYTES, logBytes));
            channel.read(end, logBytes - end.capacity());
            log = new String(end.array(), 0, end.position(), StandardCharsets.UTF_8);
        }
    }
}
