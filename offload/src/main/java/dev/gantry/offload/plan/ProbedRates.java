package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import java.util.Map;

/// Times of whatever job a plan asks for: each kind of job is probed when it is first asked for.
final class ProbedRates implements ComputeRates {
    private final Backend backend;
    private final Moment moment;
    private final Map<Key, ComputeRates> probed;

    /// Jobs of one model are probed once for each of these.
    record Key(String backend, DecoderSpec spec, ComputeType compute, boolean whole) {}

    /// How long a probe takes.
    ///
    /// @param mostSettlingNanos in which kernels run before they are timed, until they are compiled; once for
    ///     small work and once for that which is timed
    /// @param timingNanos in which they are timed
    record Moment(long mostSettlingNanos, long timingNanos) {}

    /// @param probed what was timed before; what is timed now is added
    ProbedRates(Backend backend, Moment moment, Map<Key, ComputeRates> probed) {
        this.backend = backend;
        this.moment = moment;
        this.probed = probed;
    }

    @Override
    public ComputeTimes of(TrainingJob job, Retention retention) {
        Key key = new Key(
                backend.description(), job.spec(), job.compute(), !job.trained().isEmpty());
        return probed.computeIfAbsent(key, k -> probe(job)).of(job, retention);
    }

    private ComputeRates probe(TrainingJob job) {
        StepProbe.warm(backend, job, moment.mostSettlingNanos());
        try (StepProbe probe = StepProbe.of(backend, job)) {
            probe.settle(moment.mostSettlingNanos());
            return probe.typical(moment.timingNanos());
        }
    }
}
