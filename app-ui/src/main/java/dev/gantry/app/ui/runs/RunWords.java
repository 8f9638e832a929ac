package dev.gantry.app.ui.runs;

import dev.gantry.app.run.Metric;
import dev.gantry.app.run.PixelColumns;
import dev.gantry.app.run.RunEnd;
import dev.gantry.app.run.RunSnapshot;
import dev.gantry.app.run.RunStatus;
import dev.gantry.app.run.Series;
import dev.gantry.app.run.ValueRange;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.text.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How runs stand, in the user's language.
final class RunWords {
    private static final int SPARKS = 40;
    private static final int DIGITS = 3;

    private final Texts texts;

    RunWords(Texts texts) {
        this.texts = texts;
    }

    RunLine line(RunSnapshot run, int turn) {
        String words = status(run, turn, "runs.at-short");
        return new RunLine(run.run(), run.name(), run.status(), turn, false, words, facts(run), spark(run));
    }

    /// One word, and how far it is.
    ///
    /// @param turn its place in the queue, 0 when it does not wait there
    String status(RunSnapshot run, int turn) {
        return status(run, turn, "runs.at");
    }

    private String status(RunSnapshot run, int turn, String progressKey) {
        if (turn > 0) {
            return texts.format("runs.turn", turn);
        }
        if (run.silent().compareTo(RunSnapshot.NOT_RESPONDING) > 0) {
            return texts.format("runs.silent", texts.numbers().duration(run.silent()));
        }
        String word = texts.get("runs.status." + run.status().name().toLowerCase(Locale.ROOT));
        return run.totalSteps() == 0 ? word : texts.format(progressKey, word, run.step(), run.totalSteps());
    }

    private String facts(RunSnapshot run) {
        List<String> facts = new ArrayList<>();
        RunSnapshot.Point best = run.bestEvaluation();
        if (best != null) {
            facts.add(texts.format("runs.best", texts.numbers().decimal(best.value(), DIGITS)));
        }
        if (run.status() == RunStatus.TRAINING && run.step() > 0) {
            facts.add(texts.format("runs.left", texts.numbers().duration(run.remaining())));
        }
        return String.join(" · ", facts);
    }

    /// Why nobody trains it, in a sentence; empty when that needs no words.
    String reason(RunSnapshot run) {
        return switch (run.end()) {
            case null -> "";
            case RunEnd.Finished _, RunEnd.Stopped _ -> "";
            case RunEnd.Failed failed ->
                texts.format("runs.end.failed", texts.sentence(failed.message()), texts.sentence(failed.nextStep()));
            case RunEnd.Killed killed -> texts.format("runs.end.killed", killed.signal());
            case RunEnd.Crashed crashed -> texts.format("runs.end.crashed", crashed.signal());
            case RunEnd.MachineRestarted _ -> texts.get("runs.end.restarted");
            case RunEnd.Vanished _ -> texts.get("runs.end.vanished");
        };
    }

    private static List<Double> spark(RunSnapshot run) {
        Series loss = run.series(Metric.LOSS).smoothed(0.9);
        ValueRange range = ValueRange.withoutOutliers(loss);
        if (range == null || range.high() <= range.low()) {
            return List.of();
        }
        PixelColumns columns =
                PixelColumns.of(loss, (double) loss.step(0), (double) loss.step(loss.size() - 1), SPARKS);
        List<Double> heights = new ArrayList<>();
        for (int column = 0; column < SPARKS; column++) {
            if (columns.isTaken(column)) {
                double height = (columns.last(column) - range.low()) / (range.high() - range.low());
                heights.add(Math.clamp(height, 0, 1));
            }
        }
        return heights;
    }

    static Icon icon(RunStatus status) {
        return switch (status) {
            case WAITING -> Icon.CLOCK;
            case PREPARING -> Icon.REFRESH;
            case TRAINING -> Icon.PLAY;
            case PAUSED -> Icon.PAUSE;
            case INTERRUPTED -> Icon.WARNING;
            case STOPPED -> Icon.STOP;
            case FINISHED -> Icon.CHECK;
            case FAILED -> Icon.ERROR;
        };
    }

    /// The style class of its colour; empty for none.
    static String mark(RunStatus status) {
        return switch (status) {
            case WAITING, PREPARING, STOPPED -> "muted";
            case TRAINING, FINISHED -> "good";
            case PAUSED, INTERRUPTED -> "warn";
            case FAILED -> "bad";
        };
    }
}
