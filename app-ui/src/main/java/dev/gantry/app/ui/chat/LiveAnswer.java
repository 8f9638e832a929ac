package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.markdown.Block;
import dev.gantry.app.chat.markdown.Markdown;
import dev.gantry.app.ui.task.BackgroundTasks;
import java.util.List;
import java.util.function.LongSupplier;

/// Brings a growing answer to its column, at most ten times a second; lives on the thread that draws the answer.
final class LiveAnswer {
    private static final long PAUSE_NANOS = 100_000_000L;

    private final BackgroundTasks tasks;
    private final LaneViewModel lane;
    private final LongSupplier nanoClock;
    private final StringBuilder text = new StringBuilder();
    private long firstNanos;
    private long shownNanos;
    private int pieces;

    LiveAnswer(BackgroundTasks tasks, LaneViewModel lane, LongSupplier nanoClock) {
        this.tasks = tasks;
        this.lane = lane;
        this.nanoClock = nanoClock;
    }

    void add(String piece) {
        long now = nanoClock.getAsLong();
        text.append(piece);
        pieces++;
        firstNanos = pieces == 1 ? now : firstNanos;
        if (pieces == 1 || now - shownNanos >= PAUSE_NANOS) {
            shownNanos = now;
            double seconds = (now - firstNanos) / 1e9;
            var progress = new TranscriptRow.Writing(pieces, seconds > 0 ? (pieces - 1) / seconds : 0);
            List<Block> blocks = Markdown.read(text.toString());
            tasks.later(() -> lane.write(blocks, progress));
        }
    }
}
