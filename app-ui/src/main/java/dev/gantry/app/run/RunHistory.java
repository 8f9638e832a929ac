package dev.gantry.app.run;

import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunJson;
import dev.gantry.lora.run.RunState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// What the events of a run have told so far, without what a resume takes again.
final class RunHistory implements EventTail.Lines {
    private static final System.Logger LOG = System.getLogger(RunHistory.class.getName());
    private static final byte[] METRIC_LINE = "{\"kind\":\"metric\"".getBytes(StandardCharsets.UTF_8);

    private final Map<Metric, GrowingSeries> series = new EnumMap<>(Metric.class);
    private final List<RunEvent> others = new ArrayList<>();
    private RunEvent.@Nullable StateChange lastState;
    private RunEvent.@Nullable Failure lastFailure;
    private RunEvent.@Nullable Plan plan;
    private @Nullable Instant begun;
    private long step;
    private double remainingSeconds;
    private double epoch;

    RunHistory() {
        startOver();
    }

    @Override
    public void startOver() {
        for (Metric metric : Metric.values()) {
            series.put(metric, new GrowingSeries());
        }
        others.clear();
        lastState = null;
        lastFailure = null;
        plan = null;
        begun = null;
        step = 0;
    }

    @Override
    public void line(byte[] part, int from, int to) {
        try {
            if (Arrays.equals(
                    part, from, Math.min(to, from + METRIC_LINE.length), METRIC_LINE, 0, METRIC_LINE.length)) {
                metric(part, from, to);
            } else {
                event(RunJson.LINES.readValue(part, from, to - from, RunEvent.class));
            }
        } catch (JacksonException e) {
            // of a newer program, or damaged: the lines around it still count
            LOG.log(System.Logger.Level.DEBUG, () -> "a line of a run's events is not understood: " + e.getMessage());
        }
    }

    /// Nearly all lines are of this sort, so they are read without making objects of them.
    private void metric(byte[] part, int from, int to) {
        try (JsonParser json = RunJson.LINES.createParser(part, from, to - from)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value.isNumeric()) {
                    number(name, json);
                }
            }
        }
    }

    private void number(String name, JsonParser json) {
        switch (name) {
            case "step" -> step = json.getLongValue();
            case "epoch" -> epoch = json.getDoubleValue();
            case "loss" -> add(Metric.LOSS, json.getDoubleValue());
            case "grad_norm" -> add(Metric.GRADIENT_NORM, json.getDoubleValue());
            case "learning_rate" -> add(Metric.LEARNING_RATE, json.getDoubleValue());
            case "tokens_per_second" -> add(Metric.TOKENS_PER_SECOND, json.getDoubleValue());
            case "remaining_seconds" -> remainingSeconds = json.getDoubleValue();
            default -> {}
        }
    }

    private void add(Metric metric, double value) {
        of(metric).add(step, value);
    }

    private GrowingSeries of(Metric metric) {
        return series.computeIfAbsent(metric, _ -> new GrowingSeries());
    }

    private void event(RunEvent event) {
        switch (event) {
            case RunEvent.StateChange change -> state(change);
            case RunEvent.Evaluation evaluation -> of(Metric.EVAL_LOSS).add(evaluation.step(), evaluation.evalLoss());
            case RunEvent.Failure failure -> lastFailure = failure;
            case RunEvent.Plan told -> plan = told;
            case RunEvent.Metric metric -> {
                step = metric.step();
                add(Metric.LOSS, metric.loss());
            }
            case RunEvent.Samples _,
                    RunEvent.CheckpointSaved _,
                    RunEvent.Warning _,
                    RunEvent.Command _,
                    RunEvent.MemoryMap _ -> {}
        }
        others.add(event);
    }

    private void state(RunEvent.StateChange change) {
        if (begun == null) {
            begun = change.t();
        }
        if (change.state() == RunState.STARTED) {
            goBackTo(-1);
        } else if (change.state() == RunState.RESUMED) {
            goBackTo(change.step());
        }
        lastState = change;
    }

    /// A resumed run takes the steps after `kept` again.
    private void goBackTo(long kept) {
        series.values().forEach(line -> line.cutAfter(kept));
        others.removeIf(event -> event.step() > kept);
        step = Math.max(0, Math.min(step, kept));
        lastFailure = null;
    }

    RunEvent.@Nullable StateChange lastState() {
        return lastState;
    }

    RunEvent.@Nullable Failure lastFailure() {
        return lastFailure;
    }

    RunEvent.@Nullable Plan plan() {
        return plan;
    }

    @Nullable
    Instant begun() {
        return begun;
    }

    long step() {
        return step;
    }

    double epoch() {
        return epoch;
    }

    double remainingSeconds() {
        return remainingSeconds;
    }

    Map<Metric, Series> views() {
        Map<Metric, Series> views = new EnumMap<>(Metric.class);
        series.forEach((metric, line) -> views.put(metric, line.view()));
        return views;
    }

    /// Everything but the metrics, oldest first.
    List<RunEvent> others() {
        return List.copyOf(others);
    }
}
