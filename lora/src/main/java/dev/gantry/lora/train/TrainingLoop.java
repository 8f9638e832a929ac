package dev.gantry.lora.train;

import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.lora.run.CommandBox;
import dev.gantry.lora.run.RunState;
import java.io.IOException;
import java.util.List;

/// The training loop of every stage.
public final class TrainingLoop {
    private final LoopPlan plan;
    private final Trainer trainer;
    private final StepData data;
    private final RunRecorder recorder;
    private final CommandBox commands;
    private final Progress progress;
    private final LoopState state;

    /// @param commands what people ask of it meanwhile
    /// @param state where to begin; moves along while the loop runs
    TrainingLoop(
            LoopPlan plan,
            Trainer trainer,
            StepData data,
            RunRecorder recorder,
            CommandBox commands,
            Progress progress,
            LoopState state) {
        this.plan = plan;
        this.trainer = trainer;
        this.data = data;
        this.recorder = recorder;
        this.commands = commands;
        this.progress = progress;
        this.state = state;
    }

    /// Trains until all steps are taken, the held-back loss no longer falls, or the user asks to stop.
    RunState run() throws IOException {
        BetweenSteps between = new BetweenSteps(commands, recorder, progress);
        try (ProgressTask task = progress.start("training", plan.totalSteps(), ProgressUnit.STEPS)) {
            if (state.step() == 0) {
                lookAtTheBase();
            }
            while (state.step() < plan.totalSteps() && !outOfPatience()) {
                if (between.obey(state, task) == BetweenSteps.Then.END) {
                    recorder.checkpoint(state);
                    return RunState.STOPPED;
                }
                train();
                task.note(state.note());
                task.update(state.step());
                boolean better = plan.due(state.step(), plan.evalSteps()) && data.hasEvaluation() && evaluate();
                if (plan.due(state.step(), plan.sampleSteps())) {
                    recorder.samples(state);
                    recorder.memoryMap(state.step());
                }
                if (better || plan.due(state.step(), plan.checkpointSteps()) || outOfPatience()) {
                    recorder.checkpoint(state);
                }
            }
        }
        return RunState.FINISHED;
    }

    private void lookAtTheBase() throws IOException {
        if (data.hasEvaluation()) {
            state.startsAt(evaluation());
        }
        recorder.samples(state);
        recorder.memoryMap(0);
    }

    private void train() {
        long start = System.nanoTime();
        double rate = plan.rate(state.step());
        List<TokenBatch> microBatches = data.nextStep();
        TrainingStep.Result result =
                trainer.take(microBatches, rate, plan.dropoutSeed(state.step()), state.factorOnLoss());
        boolean skips = state.skips(result);
        if (!skips) {
            recorder.requireFinite(state, result);
        }
        state.took(microBatches, data.position(), result, System.nanoTime() - start);
        if (skips) {
            recorder.skipped(state);
        } else {
            recorder.metric(state, result, rate);
        }
    }

    /// Whether the loss is the best so far.
    private boolean evaluate() throws IOException {
        return state.evaluated(evaluation());
    }

    private double evaluation() throws IOException {
        long start = System.nanoTime();
        double[] sum = new double[1];
        long[] labelled = new long[1];
        data.evaluate(microBatches -> {
            sum[0] += trainer.lossSum(microBatches);
            labelled[0] += microBatches.stream().mapToLong(TokenBatch::labelled).sum();
        });
        double loss = labelled[0] == 0 ? 0 : sum[0] / labelled[0];
        recorder.requireFinite(state, loss);
        recorder.evaluation(state, loss, labelled[0], System.nanoTime() - start);
        return loss;
    }

    private boolean outOfPatience() {
        return plan.patience() > 0 && state.best().evaluationsSince() >= plan.patience();
    }
}
