package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.optim.LossScale;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.TrainerState;
import dev.gantry.lora.starter.StarterCorpus;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.OptimizerSection;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.plan.RankDivision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Adapters trained in f16: how near f32 they stay, and what becomes of gradients that do not fit.
class HalfRunTest {
    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Path model = Path.of("");

    @BeforeAll
    static void pretrain() throws IOException {
        Path described = TinyRun.describedModel(shared.resolve("described"));
        new StarterCorpus().writeTo(shared.resolve("corpus.jsonl"), 5, 8_000);
        TrainConfig config = TinyRun.pretraining(described, shared.resolve("corpus.jsonl"))
                .withDuration(new DurationSection(null, 2L, 0))
                .withCadence(new CadenceSection(9L, 9L, 9L, 1));
        run().start(config, shared.resolve("pretraining"));
        model = newest(shared.resolve("pretraining")).folder().resolve(Checkpoint.MODEL_FOLDER);
        TinyRun.questions(shared.resolve("questions.jsonl"));
    }

    private static TrainingRun run() {
        return new TrainingRun(TrainingEnvironment.quiet());
    }

    private static TrainingRun until(long step) {
        return new TrainingRun(TrainingEnvironment.quiet().withProgress(new StopAfter(step)));
    }

    /// At a rate that changes the loss from step to step.
    private static TrainConfig config(ComputeType compute, int threads) {
        return TinyRun.lora(model, shared.resolve("questions.jsonl"))
                .withOptimizer(new OptimizerSection(null, 0.02, null, null, null, null, null, null, null, null))
                .withCadence(new CadenceSection(9L, 1L, 9L, 2))
                .withMachine(new MachineSection(compute, threads, null));
    }

    private static Checkpoint newest(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow();
    }

    private static List<RunEvent.Metric> metrics(Path run) throws IOException {
        return EventLog.current(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(RunEvent.Metric.class::isInstance)
                .map(RunEvent.Metric.class::cast)
                .toList();
    }

    private static void assertSameBits(Path expected, Path actual) throws IOException {
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            assertThat(newest(actual).folder().resolve(file))
                    .hasSameBinaryContentAs(newest(expected).folder().resolve(file));
        }
        assertThat(TinyRun.values(actual)).isEqualTo(TinyRun.values(expected));
        assertThat(newest(actual).state().lossScale())
                .isEqualTo(newest(expected).state().lossScale());
    }

    @Test
    void lossesAndNorms_stayNearThoseOfF32_onAnyNumberOfThreads() throws IOException {
        Path wide = folder.resolve("f32");
        Path half = folder.resolve("f16");
        Path again = folder.resolve("again");
        run().start(config(ComputeType.F32, 1), wide);
        assertThat(run().start(config(ComputeType.F16, 1), half).skippedSteps()).isEqualTo(0);
        run().start(config(ComputeType.F16, 2), again);
        assertSameBits(half, again);
        List<RunEvent.Metric> expected = metrics(wide);
        List<RunEvent.Metric> actual = metrics(half);
        assertThat(actual).hasSameSizeAs(expected);
        assertThat(expected.getLast().loss()).isLessThan(expected.getFirst().loss());
        for (int i = 0; i < expected.size(); i++) {
            RunEvent.Metric there = expected.get(i);
            assertThat(actual.get(i).loss()).isCloseTo(there.loss(), within(2e-3));
            assertThat(actual.get(i).gradNorm()).isCloseTo(there.gradNorm(), within(5e-3 * there.gradNorm()));
        }
        assertThat(newest(half).state().lossScale()).isEqualTo(new LossScale(0x1p16f, (int) TinyRun.STEPS, 0));
        assertThat(newest(wide).state().lossScale()).isNull();
    }

    /// Under a scale that no gradient fits, which the checkpoint says that it came to.
    @Test
    void gradientsThatDoNotFit_skipTheStep_lowerTheScale_andTheRunGoesOn() throws IOException {
        Path stopped = stoppedUnder(0x1p24f, config(ComputeType.F16, 1));
        Path kept = newest(stopped).folder().resolve(PeftFolder.TENSORS_FILE);
        byte[] before = Files.readAllBytes(kept);
        until(3).resume(stopped);
        assertThat(newest(stopped).folder().resolve(PeftFolder.TENSORS_FILE)).hasBinaryContent(before);
        TrainerState state = newest(stopped).state();
        assertThat(state.lossScale()).isEqualTo(new LossScale(0x1p23f, 0, 1));
        assertThat(List.of(state.step(), state.updates())).containsExactly(3L, 2L);
        RunReport report = run().resume(stopped);
        long skipped = Objects.requireNonNull(report.skippedSteps());
        assertThat(skipped).isBetween(1L, 5L);
        assertThat(report.steps()).isEqualTo(TinyRun.STEPS);
        assertThat(metrics(stopped))
                .hasSize((int) (TinyRun.STEPS - skipped))
                .allMatch(metric -> metric.gradNorm() < 100);
        assertThat(EventLog.current(stopped.resolve(EventLog.FILE_NAME)))
                .filteredOn(event -> event instanceof RunEvent.Warning warning
                        && warning.code().equals("GRADIENT-OVERFLOW"))
                .hasSize((int) skipped)
                .first()
                .satisfies(event -> assertThat(((RunEvent.Warning) event).message())
                        .contains("loss scale of 16777216", "takes 8388608", "1 skipped"));
    }

    /// The second process is told how many steps were skipped before it, and how long the scale has held. It computes
    /// on
    /// two ranks, each with a block.
    @Test
    void runThatSkippedSteps_isResumedToTheSameBits() throws IOException {
        Path once = stoppedUnder(0x1p24f, config(ComputeType.F16, 1));
        run().resume(once);
        Path twice = stoppedUnder(0x1p24f, config(ComputeType.F16, 1));
        until(8).resume(twice);
        assertThat(newest(twice).state().step()).isEqualTo(8);
        run().resume(twice, machine -> machine.onRanks(2, null, RankDivision.DEALT));
        assertSameBits(once, twice);
        assertThat(Objects.requireNonNull(newest(once).state().lossScale()).skippedSteps())
                .isPositive();
    }

    /// A run of two steps whose checkpoint goes on under another scale.
    private Path stoppedUnder(float factor, TrainConfig config) throws IOException {
        Path stopped = Files.createTempDirectory(folder, "stopped").resolve("run");
        until(2).start(config, stopped);
        Path file = newest(stopped).folder().resolve(Checkpoint.STATE_FILE);
        String state = Files.readString(file);
        String changed = state.replaceFirst("(\"factor\"\\s*:\\s*)65536.0", "$1" + factor);
        assertThat(changed).isNotEqualTo(state);
        Files.writeString(file, changed);
        return stopped;
    }

    /// Off the device, in two processes, and on two ranks.
    @Test
    void wholeModelThatSkippedSteps_hasTheSameBits_whereverItsValuesLie() throws IOException {
        Path whole = stoppedUnder(0x1p24f, whole());
        run().resume(whole);
        assertThat(Objects.requireNonNull(newest(whole).state().lossScale()).skippedSteps())
                .isPositive();
        Path away = stoppedUnder(0x1p24f, whole());
        PlacementSetting places = PlacementSetting.parse("masters=0.5/0.5, moments=0/1, gradients=0.5/0.5");
        until(4).resume(away, machine -> machine.placed(places));
        run().resume(away, machine -> machine.placed(PlacementSetting.AUTO).onRanks(2, 2));
        assertThat(metrics(away)).isNotEmpty();
        assertThat(TinyRun.values(away)).isEqualTo(TinyRun.values(whole));
        for (String file : List.of("model/model.safetensors", Checkpoint.OPTIMIZER_FILE)) {
            assertThat(newest(away).folder().resolve(file))
                    .hasSameBinaryContentAs(newest(whole).folder().resolve(file));
        }
        assertThat(newest(away).state().lossScale())
                .isEqualTo(newest(whole).state().lossScale());
    }

    private static TrainConfig whole() {
        TrainConfig adapter = config(ComputeType.F16, 2);
        return TrainConfig.of(Stage.FULL, adapter.model(), adapter.data())
                .withBatch(new BatchSection(4, 1))
                .withDuration(adapter.duration())
                .withCadence(adapter.cadence())
                .withMachine(adapter.machine());
    }

    /// Without clipping, updates off the device do not wait for the gradients of all blocks.
    @Test
    void wholeModelWithoutClipping_isRefusedF16() {
        OptimizerSection unclipped = new OptimizerSection(null, null, null, null, null, null, null, null, null, 0.0);
        assertThatThrownBy(() -> whole().withOptimizer(unclipped))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("machine.compute is f16; it needs optimizer.max_grad_norm above 0");
    }
}
