package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.DType;
import java.util.HashMap;
import java.util.Map;

/// Rates of a machine as they were when each was first asked for: jobs that are held against each other are timed at
/// one moment, and what they have in common is measured once.
public final class MomentRates {
    private static final ProbedRates.Moment MOMENT = new ProbedRates.Moment(4_000_000_000L, 900_000_000);

    private final Map<ProbedRates.Key, ComputeRates> probed = new HashMap<>();
    private final Map<Copy, Double> copied = new HashMap<>();

    /// What a rate of copying depends on.
    private record Copy(String backend, DType waiting, DType ready) {}

    /// Copies for a moment; kernels are timed when a plan first asks for them.
    public MachineRates of(Backend backend, TrainingJob job) {
        Copy copy = new Copy(
                backend.description(), CopyProbe.waiting(job), job.compute().dtype());
        return new MachineRates(
                new ProbedRates(backend, MOMENT, probed),
                copied.computeIfAbsent(copy, none -> CopyProbe.bytesPerSecond(backend, job)),
                Double.POSITIVE_INFINITY);
    }
}
