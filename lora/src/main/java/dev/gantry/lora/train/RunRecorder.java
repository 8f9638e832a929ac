package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.optim.LossScale;
import dev.gantry.engine.progress.RateEstimate;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.data.DataSummary;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunCommand;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunFolder;
import dev.gantry.lora.run.RunJson;
import dev.gantry.lora.run.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes what a loop does into its run folder.
final class RunRecorder {
    private final RunFolder folder;
    private final EventLog events;
    private final Clock clock;
    private final LoopPlan plan;
    private final TrainingSetup setup;
    private final RateEstimate rate = new RateEstimate(System.nanoTime());
    private final double batchesPerEpoch;
    private List<SampleAnswers.Sample> baseAnswers = List.of();

    RunRecorder(
            RunFolder folder,
            EventLog events,
            Clock clock,
            LoopPlan plan,
            TrainingSetup setup,
            double batchesPerEpoch) {
        this.folder = folder;
        this.events = events;
        this.clock = clock;
        this.plan = plan;
        this.setup = setup;
        this.batchesPerEpoch = batchesPerEpoch;
    }

    void state(long atStep, RunState state, @Nullable String detail) {
        events.append(new RunEvent.StateChange(clock.instant(), atStep, state, detail));
    }

    /// Says how far the run goes.
    void plan(long atStep) {
        events.append(new RunEvent.Plan(
                clock.instant(),
                atStep,
                plan.totalSteps(),
                batchesPerEpoch,
                plan.evalSteps(),
                plan.sampleSteps(),
                plan.checkpointSteps()));
    }

    void command(long atStep, RunCommand command) {
        events.append(new RunEvent.Command(clock.instant(), atStep, command));
    }

    /// Leaves the time of a pause out of the estimate of what is left.
    void continuesNow() {
        rate.leaveOutUntil(System.nanoTime());
    }

    /// Says which rows are not trained on, or not whole.
    void warnOf(DataSummary data) {
        warn(
                data.droppedRows(),
                "DATA-OVER-LONG",
                "rows have more than " + data.maxTokens() + " tokens and are left out");
        warn(data.cutRows(), "DATA-CUT", "rows have more than " + data.maxTokens() + " tokens and were cut");
        warn(data.maskedRows(), "DATA-MASKED", "rows hold nothing to learn and are left out");
    }

    private void warn(long rows, String code, String what) {
        if (rows > 0) {
            events.append(new RunEvent.Warning(clock.instant(), 0, code, rows + " " + what));
        }
    }

    /// Notes who holds which memory now.
    void memoryMap(long atStep) {
        events.append(new RunEvent.MemoryMap(
                clock.instant(),
                atStep,
                setup.layout().accounts().stream()
                        .map(MemoryAccount::snapshot)
                        .map(RunRecorder::tier)
                        .toList()));
    }

    private static RunEvent.MemoryMap.Tier tier(MemoryAccount.Snapshot held) {
        Long budget = held.budgetBytes() == MemoryAccount.UNLIMITED ? null : held.budgetBytes();
        return new RunEvent.MemoryMap.Tier(held.tier(), budget, held.heldBytes(), held.peakBytes(), held.owners());
    }

    void failure(long atStep, GantryException e) {
        events.append(new RunEvent.Failure(clock.instant(), atStep, e.code(), e.what() + ": " + e.why(), e.nextStep()));
    }

    void metric(LoopState state, TrainingStep.Result result, double learningRate) {
        long now = System.nanoTime();
        rate.observe(state.step(), now);
        double remaining =
                rate.remaining(plan.totalSteps(), now).map(Duration::toMillis).orElse(0L) / 1e3;
        events.append(new RunEvent.Metric(
                clock.instant(),
                state.step(),
                state.position().epoch() + state.position().batch() / batchesPerEpoch,
                result.loss(),
                result.gradientNorm(),
                learningRate,
                state.stepTokens(),
                state.stepLearnedTokens(),
                state.tokensPerSecond(),
                remaining));
    }

    /// Says that the newest step changed nothing.
    void skipped(LoopState state) {
        LossScale next = Objects.requireNonNull(state.lossScale(), "only scaled gradients are skipped");
        String message = ("gradients did not fit f16 at a loss scale of %.0f, so this step changed nothing;"
                        + " the next takes %.0f (%d skipped so far)")
                .formatted(2 * next.factor(), next.factor(), next.skippedSteps());
        events.append(new RunEvent.Warning(clock.instant(), state.step(), "GRADIENT-OVERFLOW", message));
    }

    void evaluation(LoopState state, double loss, long learnedTokens, long nanos) {
        events.append(new RunEvent.Evaluation(clock.instant(), state.step(), loss, learnedTokens, nanos * 1e-9));
    }

    /// @throws GantryException when the loss or the gradient is no longer a number
    void requireFinite(LoopState state, TrainingStep.Result result) {
        if (!result.isFinite()) {
            throw diverged(
                    state,
                    state.step() + 1,
                    "the loss is " + result.loss() + " and the gradient norm " + result.gradientNorm());
        }
    }

    /// @throws GantryException when the held-back loss is no longer a number
    void requireFinite(LoopState state, double evalLoss) {
        if (!Double.isFinite(evalLoss)) {
            throw diverged(state, state.step(), "the loss on held-back rows is " + evalLoss);
        }
    }

    private static GantryException diverged(LoopState state, long atStep, String why) {
        return GantryException.failedCheck(
                "TRAINING-DIVERGED",
                "training stopped at step " + atStep,
                why,
                state.lossScale() == null
                        ? "Start again with a lower learning rate or a longer warm-up; the checkpoints so far are intact."
                        : "Start again with machine.compute f32, whose numbers reach further than those of f16, or with a lower"
                                + " learning rate; the checkpoints so far are intact.");
    }

    /// One line of a samples file.
    ///
    /// @param base what the base model said to the same
    private record SampleLine(
            long step,
            String prompt,
            String answer,
            @Nullable String base) {}

    void samples(LoopState state) throws IOException {
        List<SampleAnswers.Sample> answers = setup.questions().answer(setup.trainer());
        if (answers.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < answers.size(); i++) {
            SampleAnswers.Sample sample = answers.get(i);
            String base = i < baseAnswers.size() ? baseAnswers.get(i).answer() : null;
            SampleLine line = new SampleLine(state.step(), sample.prompt(), sample.answer(), base);
            lines.append(RunJson.LINES.writeValueAsString(line)).append('\n');
        }
        Files.createDirectories(folder.samples());
        Path file = samplesFile(state.step());
        DurableFiles.write(file, lines.toString());
        if (state.step() == 0) {
            baseAnswers = answers;
        }
        String name = folder.path().relativize(file).toString().replace('\\', '/');
        events.append(new RunEvent.Samples(clock.instant(), state.step(), name));
    }

    private Path samplesFile(long atStep) {
        return folder.samples().resolve(CheckpointStore.name(atStep) + ".jsonl");
    }

    /// Reads the base model's answers of a run that is resumed.
    void recallBaseAnswers() throws IOException {
        Path file = samplesFile(0);
        if (Files.exists(file)) {
            List<SampleAnswers.Sample> recalled = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                SampleLine sample = RunJson.LINES.readValue(line, SampleLine.class);
                recalled.add(new SampleAnswers.Sample(sample.prompt(), sample.answer()));
            }
            baseAnswers = recalled;
        }
    }

    /// Answers the questions because somebody asked.
    void samplesOnDemand(LoopState state) throws IOException {
        if (setup.questions().isEmpty()) {
            events.append(new RunEvent.Warning(
                    clock.instant(),
                    state.step(),
                    "SAMPLES-NONE",
                    "the run has no questions: samples.prompts is empty"));
        } else {
            samples(state);
        }
    }

    /// Saves everything a resume needs. The log of the steps before is on the disk first.
    Checkpoint checkpoint(LoopState state) throws IOException {
        events.force();
        Optional<Checkpoint> before = folder.checkpoints().newest();
        Checkpoint saved = folder.checkpoints().save(state.saved(plan.seed()), plan.keepLast(), setup.trainer()::save);
        StateFolders.retire(folder.path(), before, saved);
        announce(saved);
        return saved;
    }

    /// Saves a checkpoint that later ones do not replace.
    void keptCheckpoint(LoopState state) throws IOException {
        folder.checkpoints().keep(checkpoint(state));
    }

    /// Logs that a checkpoint is there.
    void announce(Checkpoint saved) {
        events.append(
                new RunEvent.CheckpointSaved(clock.instant(), saved.state().step(), "checkpoints/" + saved.name()));
    }
}
