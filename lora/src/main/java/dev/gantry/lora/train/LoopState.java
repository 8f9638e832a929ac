package dev.gantry.lora.train;

import dev.gantry.engine.optim.LossScale;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.lora.data.DataPosition;
import dev.gantry.lora.run.TrainerState;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a training loop stands, apart from tensors.
final class LoopState {
    private long step;
    private DataPosition position;
    private long tokens;
    private long learnedTokens;
    private double trainingSeconds;
    private @Nullable Double initialLoss;
    private TrainerState.Best best;
    private @Nullable LossScale lossScale; // null where gradients are not f16
    private double loss;
    private long stepTokens;
    private long stepLearnedTokens;
    private double stepSeconds;

    private LoopState(DataPosition position, TrainerState.Best best) {
        this.position = position;
        this.best = best;
    }

    static LoopState start(ComputeType compute) {
        LoopState state = new LoopState(DataPosition.START, TrainerState.Best.NONE);
        state.lossScale = compute == ComputeType.F16 ? LossScale.START : null;
        return state;
    }

    static LoopState of(TrainerState saved) {
        LoopState state = new LoopState(new DataPosition(saved.dataEpoch(), saved.dataBatch()), saved.best());
        state.step = saved.step();
        state.tokens = saved.tokens();
        state.learnedTokens = saved.learnedTokens();
        state.trainingSeconds = saved.trainingSeconds();
        state.loss = saved.lastLoss();
        state.initialLoss = saved.initialLoss();
        state.lossScale = saved.lossScale();
        return state;
    }

    TrainerState saved(long seed) {
        return new TrainerState(
                TrainerState.FORMAT,
                step,
                position.epoch(),
                position.batch(),
                seed,
                tokens,
                learnedTokens,
                trainingSeconds,
                loss,
                initialLoss,
                best,
                lossScale);
    }

    /// Factor on the loss of the next step.
    float factorOnLoss() {
        return lossScale == null ? 1 : lossScale.factor();
    }

    /// Whether a step is left out because its gradients did not fit, to try the next under a smaller factor.
    boolean skips(TrainingStep.Result result) {
        return result.overflowed() && lossScale != null && lossScale.canFall();
    }

    void took(List<TokenBatch> microBatches, DataPosition next, TrainingStep.Result result, long nanos) {
        step++;
        position = next;
        loss = result.loss();
        if (lossScale != null) {
            lossScale = skips(result) ? lossScale.afterSkipped() : lossScale.afterGood();
        }
        stepTokens = microBatches.stream().mapToLong(TokenBatch::tokens).sum();
        stepLearnedTokens =
                microBatches.stream().mapToLong(TokenBatch::labelled).sum();
        stepSeconds = nanos * 1e-9;
        tokens += stepTokens;
        learnedTokens += stepLearnedTokens;
        trainingSeconds += stepSeconds;
    }

    /// Notes the held-back loss before the first step.
    void startsAt(double evaluated) {
        initialLoss = evaluated;
    }

    /// Takes in an evaluation; says whether it is the best so far.
    boolean evaluated(double evaluated) {
        best = best.after(evaluated, step);
        return best.step() == step;
    }

    long step() {
        return step;
    }

    DataPosition position() {
        return position;
    }

    TrainerState.Best best() {
        return best;
    }

    @Nullable
    LossScale lossScale() {
        return lossScale;
    }

    @Nullable
    Double initialLoss() {
        return initialLoss;
    }

    long tokens() {
        return tokens;
    }

    long learnedTokens() {
        return learnedTokens;
    }

    long stepTokens() {
        return stepTokens;
    }

    long stepLearnedTokens() {
        return stepLearnedTokens;
    }

    double trainingSeconds() {
        return trainingSeconds;
    }

    double loss() {
        return loss;
    }

    double tokensPerSecond() {
        return stepSeconds == 0 ? 0 : stepTokens / stepSeconds;
    }

    /// The few words behind a progress bar.
    String note() {
        String note = String.format(Locale.ROOT, "loss %.3f, %.0f tokens/s", loss, tokensPerSecond());
        return best.loss() == null ? note : note + String.format(Locale.ROOT, ", held back %.3f", best.loss());
    }
}
