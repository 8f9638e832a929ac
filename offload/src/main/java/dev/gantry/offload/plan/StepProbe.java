package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.optim.GradientClipping;
import dev.gantry.engine.optim.Optimizer;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.BackwardListener;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.StepPart;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.plan.KernelClock.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Times a training step of a few blocks, by the code that trains: so whatever a step does is timed, at the job's own
/// shapes where they are not too large.
final class StepProbe implements AutoCloseable {
    private static final OptimizerSettings ADAMW = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);

    private static final int LEAST_STEPS = 4;

    private final TrainingJob job;
    private final KernelClock clock;
    private final TensorArena arena;
    private final ProbeModel model;
    private final ResidentWeights weights;
    private final TrainingPass pass;
    private final Optimizer optimizer;

    /// A probe that stands for `job`.
    static StepProbe of(Backend backend, TrainingJob job) {
        return new StepProbe(backend, ProbeShape.of(job, ProbeShape.Size.TIMED));
    }

    /// Runs what the probe of `job` will run, but smaller, until the virtual machine has compiled it.
    ///
    /// @param mostNanos when it ends in any case
    static void warm(Backend backend, TrainingJob job, long mostNanos) {
        try (StepProbe warming = new StepProbe(backend, ProbeShape.of(job, ProbeShape.Size.WARMING))) {
            Settling.run(warming::step, mostNanos);
        }
    }

    private StepProbe(Backend backend, TrainingJob job) {
        this.job = job;
        this.arena = new TensorArena(backend.unlimited(), "probe");
        this.clock = new KernelClock(backend);
        this.model = new ProbeModel(backend, job, arena);
        this.weights = new ResidentWeights(clock, model.model(), job.compute());
        TrainingPass.Plan plan = new TrainingPass.Plan(
                job.microBatchTokens(),
                1,
                Retention.EVERYTHING,
                model.adapters(),
                Set.copyOf(model.gradients().parameters().keySet()));
        this.pass = new TrainingPass(clock, weights.weights(), plan);
        this.optimizer = Optimizer.of(ADAMW, clock, model.trainables(), arena);
    }

    /// Steps until nothing is compiled for them any more: what is only reached at the sizes of this probe.
    ///
    /// @param mostNanos when it ends in any case
    void settle(long mostNanos) {
        Settling.run(this::step, mostNanos);
    }

    /// Steps until `nanos` are over.
    ///
    /// @return the median: what else the machine does will make steps of a run slower, too
    StepTimes typical(long nanos) {
        long end = System.nanoTime() + nanos;
        List<StepTimes> all = new ArrayList<>();
        do {
            all.add(step());
        } while (all.size() < LEAST_STEPS || System.nanoTime() < end);
        all.sort(Comparator.comparingDouble(StepTimes::seconds));
        return all.get((all.size() - 1) / 2);
    }

    StepTimes step() {
        Marks marks = new Marks();
        Reading start = clock.read();
        pass.lossesAndGradients(
                List.of(model.batch()),
                model.adapters(),
                model.gradients(),
                StepPart.all(List.of(model.batch()), 1),
                marks);
        return new StepTimes(
                job,
                marks.headStarted.since(start),
                marks.blockFinished.since(marks.blockStarted),
                marks.headFinished.since(marks.headStarted),
                update());
    }

    private double update() {
        long elements =
                model.trainables().stream().mapToLong(t -> t.value().elements()).sum();
        if (elements == 0) {
            return 0;
        }
        long start = System.nanoTime();
        for (Trainable trainable : model.trainables()) {
            clock.elements().fill(trainable.gradient(), 0);
        }
        double norm = GradientClipping.globalNorm(clock, model.trainables());
        optimizer.step(0, GradientClipping.scale(norm, 1));
        clock.synchronize();
        return (System.nanoTime() - start) / 1e9 / elements;
    }

    /// Readings at the borders of what is timed.
    private final class Marks implements BackwardListener {
        private Reading headStarted = clock.read();
        private Reading headFinished = headStarted;
        private Reading blockStarted = headStarted;
        private Reading blockFinished = headStarted;

        @Override
        public void headStarted() {
            headStarted = clock.read();
        }

        @Override
        public void headFinished() {
            headFinished = clock.read();
        }

        @Override
        public void blockStarted(int layer) {
            if (layer == ProbeShape.LAYERS - 1) {
                blockStarted = clock.read();
            }
        }

        @Override
        public void blockFinished(int layer) {
            if (layer == ProbeShape.LAYERS - 1) {
                blockFinished = clock.read();
            }
        }
    }

    @Override
    public void close() {
        pass.close();
        weights.close();
        arena.close();
    }
}
