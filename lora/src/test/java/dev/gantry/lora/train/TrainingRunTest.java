package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.LoraSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.OptimizerSection;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingRunTest {
    @TempDir
    private Path folder;

    private Path model = Path.of("");

    @BeforeEach
    void pretrain() throws IOException {
        Path described = TinyRun.describedModel(folder.resolve("described"));
        TrainConfig config = TinyRun.pretraining(described, TinyRun.corpus(folder.resolve("corpus.jsonl")));
        run().start(config, folder.resolve("pretraining"));
        model = last(folder.resolve("pretraining")).folder().resolve(Checkpoint.MODEL_FOLDER);
    }

    private static TrainingRun run() {
        return new TrainingRun(TrainingEnvironment.quiet());
    }

    private TrainConfig lora() throws IOException {
        Path questions = folder.resolve("questions.jsonl");
        return TinyRun.lora(model, Files.exists(questions) ? questions : TinyRun.questions(questions));
    }

    private static Checkpoint last(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow();
    }

    private static List<Double> losses(Path run) throws IOException {
        return EventLog.current(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(RunEvent.Metric.class::isInstance)
                .map(event -> ((RunEvent.Metric) event).loss())
                .toList();
    }

    @Test
    void start_leavesACompleteFolder() throws IOException {
        Path run = folder.resolve("run");
        RunReport report = run().start(lora(), run);
        assertThat(report.state()).isEqualTo(RunState.FINISHED);
        assertThat(report.steps()).isEqualTo(TinyRun.STEPS);
        assertThat(report.initialEvalLoss()).isNotNull();
        assertThat(losses(run)).hasSize((int) TinyRun.STEPS).allMatch(loss -> loss > 0);
        assertThat(run.resolve("report.json")).exists();
        assertThat(run.resolve("config.json")).content().contains("app_version", "model_fingerprint", "lora_alpha");
        assertThat(run.resolve("samples/step-000000.jsonl")).exists();
        assertThat(run.resolve("samples/step-000008.jsonl")).content().contains("\"base\"");
        assertThat(last(run).folder().resolve(PeftFolder.TENSORS_FILE)).exists();
        assertThat(run.resolve("last")).content().isEqualTo("step-000009\n");
        assertThat(run.resolve("best")).exists();
    }

    @Test
    void pretraining_leavesAModelThatOpens() throws IOException {
        assertThat(ModelFolder.open(model).parameterCount()).isPositive();
        assertThat(model.resolve("tokenizer.json")).exists();
    }

    @Test
    void start_logsHowManyRowsAreTooLong() throws IOException {
        Path run = folder.resolve("run");
        TrainConfig config = lora();
        String longRow = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + "Is this too long? ".repeat(60)
                + "\"},{\"role\":\"assistant\",\"content\":\"Yes.\"}]}\n";
        Files.writeString(folder.resolve("questions.jsonl"), longRow, StandardOpenOption.APPEND);
        run().start(config, run);
        assertThat(EventLog.read(run.resolve(EventLog.FILE_NAME)))
                .anyMatch(event -> event instanceof RunEvent.Warning warning
                        && warning.code().equals("DATA-OVER-LONG")
                        && warning.message().startsWith("1 rows"));
    }

    @Test
    void training_lowersTheLoss() throws IOException {
        Path run = folder.resolve("run");
        TrainConfig config =
                lora().withOptimizer(new OptimizerSection(null, 0.02, null, null, null, null, null, null, null, null));
        run().start(config, run);
        List<Double> losses = losses(run);
        assertThat(losses.getLast()).isLessThan(losses.getFirst());
    }

    enum Kind {
        LORA,
        LORA_IN_BF16_WITH_TRAINED_NORMS,
        LORA_IN_F16_WITH_TRAINED_NORMS,
        FULL_WITH_LAMB
    }

    private TrainConfig config(Kind kind) throws IOException {
        TrainConfig lora = lora();
        return switch (kind) {
            case LORA -> lora;
            case LORA_IN_BF16_WITH_TRAINED_NORMS -> withTrainedNorms(lora, ComputeType.BF16);
            case LORA_IN_F16_WITH_TRAINED_NORMS -> withTrainedNorms(lora, ComputeType.F16);
            case FULL_WITH_LAMB ->
                TinyRun.small(TrainConfig.of(Stage.FULL, lora.model(), lora.data()))
                        .withOptimizer(new OptimizerSection(
                                OptimizerSection.Name.LAMB, 1e-3, null, null, null, null, null, null, null, null));
        };
    }

    private static TrainConfig withTrainedNorms(TrainConfig lora, ComputeType compute) {
        return lora.withLora(new LoraSection(2, 4.0, 0.0, true, null, List.of("norm"), null, null, null))
                .withMachine(new MachineSection(compute, 1, Retention.BOUNDARY));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void resume_reachesTheSameBits_afterAStop(Kind kind) throws IOException {
        Path whole = folder.resolve("whole");
        run().start(config(kind), whole);
        Path stopped = folder.resolve("stopped");
        TrainingEnvironment impatient = TrainingEnvironment.quiet().withProgress(new StopAfter(5));
        RunReport first = new TrainingRun(impatient).start(config(kind), stopped);
        assertThat(first.state()).isEqualTo(RunState.STOPPED);
        assertThat(first.steps()).isEqualTo(5);
        RunReport second = run().resume(stopped);
        assertThat(second.state()).isEqualTo(RunState.FINISHED);
        assertSameOutcome(whole, stopped);
    }

    private static void assertSameOutcome(Path expected, Path actual) throws IOException {
        Path tensors = Files.exists(last(expected).folder().resolve(PeftFolder.TENSORS_FILE))
                ? Path.of(PeftFolder.TENSORS_FILE)
                : Path.of(Checkpoint.MODEL_FOLDER, "model.safetensors");
        for (Path file : List.of(tensors, Path.of(Checkpoint.OPTIMIZER_FILE))) {
            assertThat(last(actual).folder().resolve(file))
                    .hasSameBinaryContentAs(last(expected).folder().resolve(file));
        }
        assertThat(losses(actual)).isEqualTo(losses(expected));
    }

    @Test
    void resume_startsAgain_whenNoCheckpointWasSaved() throws IOException {
        Path whole = folder.resolve("whole");
        run().start(lora(), whole);
        Path begun = folder.resolve("begun");
        Files.createDirectories(begun);
        Files.copy(whole.resolve("config.json"), begun.resolve("config.json"));
        run().resume(begun);
        assertSameOutcome(whole, begun);
    }

    @Test
    void start_endsEarly_whenTheHeldBackLossNoLongerFalls() throws IOException {
        Path run = folder.resolve("run");
        TrainConfig hopeless = lora().withOptimizer(
                        new OptimizerSection(null, 0.5, null, null, null, null, null, null, null, null))
                .withDuration(new DurationSection(null, 40L, 2))
                .withCadence(new CadenceSection(1L, 50L, 50L, 1));
        RunReport report = run().start(hopeless, run);
        assertThat(report.state()).isEqualTo(RunState.FINISHED);
        assertThat(report.steps()).isLessThan(40);
        assertThat(last(run).state().best().evaluationsSince()).isEqualTo(2);
        assertThat(report.bestCheckpoint()).isEqualTo("checkpoints/" + CheckpointStore.name(report.steps() - 2));
    }

    @Test
    void resume_changesNothing_whenTheRunIsFinished() throws IOException {
        Path run = folder.resolve("run");
        RunReport first = run().start(lora(), run);
        RunReport again = run().resume(run);
        assertThat(again).isEqualTo(first);
    }

    @Test
    void resume_isRefused_whenTheDataChanged() throws IOException {
        Path run = folder.resolve("run");
        run().start(lora(), run);
        Files.writeString(folder.resolve("questions.jsonl"), "\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> run().resume(run))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("questions.jsonl");
    }

    @Test
    void start_isRefused_whereARunIs() throws IOException {
        Path run = folder.resolve("pretraining");
        assertThatThrownBy(() -> run().start(lora(), run)).hasMessageContaining("there is a run in it already");
    }

    @Test
    void diverging_isReported_andLogged() throws IOException {
        Path run = folder.resolve("run");
        TrainConfig wild =
                lora().withOptimizer(new OptimizerSection(null, 1e30, null, null, null, null, null, null, null, null));
        assertThatThrownBy(() -> run().start(wild, run))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("loss is");
        assertThat(EventLog.read(run.resolve(EventLog.FILE_NAME)))
                .anyMatch(event -> event instanceof RunEvent.Failure failure
                        && failure.code().equals("TRAINING-DIVERGED"));
    }
}
