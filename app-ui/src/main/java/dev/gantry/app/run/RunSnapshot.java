package dev.gantry.app.run;

import dev.gantry.lora.run.RunEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A run at one moment. It never changes, so any thread may read it.
///
/// @param end why its last trainer is no more; null while one works on it, or when none was started
/// @param begun when its first trainer began
/// @param totalSteps 0 as long as nobody said
/// @param remaining estimate of the trainer; meaningful while it trains
/// @param silent how long its process has given no sign of life; zero unless it is there and should
/// @param events everything but the metrics, oldest first
public record RunSnapshot(
        Path run,
        RunStatus status,
        @Nullable RunEnd end,
        @Nullable Instant begun,
        long step,
        long totalSteps,
        double epoch,
        Duration remaining,
        Duration silent,
        Map<Metric, Series> metrics,
        List<RunEvent> events) {
    /// A process that gives no sign for so long is said not to respond.
    public static final Duration NOT_RESPONDING = Duration.ofSeconds(20);

    public RunSnapshot {
        metrics = Map.copyOf(metrics);
        events = List.copyOf(events);
    }

    public String name() {
        return String.valueOf(run.getFileName());
    }

    public Series series(Metric metric) {
        return metrics.getOrDefault(metric, Series.EMPTY);
    }

    /// The evaluation with the lowest loss; null before the first.
    public @Nullable Point bestEvaluation() {
        Series evaluations = series(Metric.EVAL_LOSS);
        int best = -1;
        for (int i = 0; i < evaluations.size(); i++) {
            if (best < 0 || evaluations.value(i) < evaluations.value(best)) {
                best = i;
            }
        }
        return best < 0 ? null : new Point(evaluations.step(best), evaluations.value(best));
    }

    /// A value at a step.
    public record Point(long step, double value) {}

    /// The newest event of a kind; null when there is none.
    public <E extends RunEvent> @Nullable E newest(Class<E> kind) {
        return events.reversed().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElse(null);
    }

    /// The events of a kind, oldest first.
    public <E extends RunEvent> List<E> all(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
