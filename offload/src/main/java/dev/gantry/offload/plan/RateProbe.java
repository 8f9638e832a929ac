package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;

/// A machine's rates for one job, taken again and again beside what is held against them: a machine that others use,
/// too, changes from one moment to the next.
public final class RateProbe implements AutoCloseable {
    private final StepProbe step;
    private final CopyProbe copy;

    public RateProbe(Backend backend, TrainingJob job) {
        this.step = StepProbe.of(backend, job);
        this.copy = new CopyProbe(backend, job);
    }

    /// What the machine does just now, from one small step and one copy.
    ///
    /// @param diskBytesPerSecond measured elsewhere
    public MachineRates now(double diskBytesPerSecond) {
        return new MachineRates(step.step(), copy.bytesPerSecond(), diskBytesPerSecond);
    }

    @Override
    public void close() {
        copy.close();
        step.close();
    }
}
