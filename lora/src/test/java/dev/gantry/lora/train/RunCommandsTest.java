package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.CommandBox;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunCommand;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.run.TrainerMark;
import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.TrainConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Asks things of a run at certain steps; what it learns must not depend on it.
class RunCommandsTest {
    @TempDir
    private Path folder;

    private Path model = Path.of("");

    @BeforeEach
    void pretrain() throws IOException {
        Path described = TinyRun.describedModel(folder.resolve("described"));
        Path run = folder.resolve("pretraining");
        new TrainingRun(TrainingEnvironment.quiet())
                .start(TinyRun.pretraining(described, TinyRun.corpus(folder.resolve("corpus.jsonl"))), run);
        model = newest(run).folder().resolve(Checkpoint.MODEL_FOLDER);
    }

    private static Checkpoint newest(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow();
    }

    /// Never samples or saves by itself before the end.
    private TrainConfig config() throws IOException {
        return TinyRun.lora(model, TinyRun.questions(folder.resolve("questions.jsonl")))
                .withCadence(new CadenceSection(4L, 50L, 50L, 1));
    }

    /// Sends commands when a step is done, and ends a pause as soon as it began.
    private record Asking(Path run, Map<Long, List<RunCommand>> atStep) implements Progress, ProgressTask {
        @Override
        public ProgressTask start(String label, long total, ProgressUnit unit) {
            return unit == ProgressUnit.STEPS ? this : Progress.silent().start(label, total, unit);
        }

        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public void update(long done) {
            List<RunCommand> commands = atStep.remove(done);
            if (commands != null) {
                commands.forEach(this::send);
            }
        }

        private void send(RunCommand command) {
            try {
                TrainerMark.require(run);
                CommandBox.send(run, command);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void note(String text) {
            if (text.equals("paused")) {
                send(RunCommand.SAVE);
                send(RunCommand.RESUME);
            }
        }

        @Override
        public void close() {}
    }

    private RunReport train(Path run, Map<Long, List<RunCommand>> atStep) throws IOException {
        TrainingEnvironment environment = new TrainingEnvironment(
                "test", null, Long.MAX_VALUE, new Asking(run, new HashMap<>(atStep)), Clock.systemUTC());
        return new TrainingRun(environment).start(config(), run);
    }

    private static List<RunEvent> events(Path run) throws IOException {
        return EventLog.current(run.resolve(EventLog.FILE_NAME));
    }

    @Test
    void pausingSavingAndSampling_neverChangeTheNumbers() throws IOException {
        Path whole = folder.resolve("whole");
        train(whole, Map.of());
        Path asked = folder.resolve("asked");
        RunReport report = train(
                asked,
                Map.of(
                        1L, List.of(RunCommand.SAMPLE),
                        3L, List.of(RunCommand.SAVE, RunCommand.SAMPLE),
                        5L, List.of(RunCommand.PAUSE),
                        6L, List.of(RunCommand.PAUSE, RunCommand.PAUSE)));
        assertThat(report.state()).isEqualTo(RunState.FINISHED);
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            assertThat(newest(asked).folder().resolve(file))
                    .hasSameBinaryContentAs(newest(whole).folder().resolve(file));
        }
        assertThat(losses(asked)).isEqualTo(losses(whole)).hasSize((int) TinyRun.STEPS);
        assertThat(asked.resolve("samples/step-000001.jsonl")).isNotEmptyFile();
        assertThat(asked.resolve("samples/step-000003.jsonl")).isNotEmptyFile();
        assertThat(asked.resolve("control")).isEmptyDirectory();
    }

    private static List<Double> losses(Path run) throws IOException {
        return events(run).stream()
                .filter(RunEvent.Metric.class::isInstance)
                .map(event -> ((RunEvent.Metric) event).loss())
                .toList();
    }

    @Test
    void eachCommand_isInTheLog_withWhatCameOfIt() throws IOException {
        Path run = folder.resolve("run");
        train(run, Map.of(2L, List.of(RunCommand.SAMPLE), 5L, List.of(RunCommand.PAUSE)));
        assertThat(events(run).stream()
                        .filter(event -> event.step() == 2 || event.step() == 5)
                        .map(RunCommandsTest::told)
                        .filter(told -> !told.isEmpty()))
                .containsExactly(
                        "SAMPLE",
                        "samples/step-000002.jsonl",
                        "PAUSE",
                        "checkpoints/step-000005",
                        "PAUSED",
                        "SAVE",
                        "checkpoints/step-000005",
                        "RESUME",
                        "CONTINUED");
    }

    private static String told(RunEvent event) {
        return switch (event) {
            case RunEvent.Command command -> command.command().name();
            case RunEvent.StateChange change -> change.state().name();
            case RunEvent.Samples samples -> samples.file();
            case RunEvent.CheckpointSaved saved -> saved.folder();
            default -> "";
        };
    }

    @Test
    void whatWasSavedOnDemand_staysWhenLaterCheckpointsComeAndGo() throws IOException {
        Path run = folder.resolve("run");
        train(run, Map.of(3L, List.of(RunCommand.SAVE), 5L, List.of(RunCommand.PAUSE)));
        assertThat(run.resolve("checkpoints/step-000003")).isDirectory();
        assertThat(run.resolve("checkpoints/step-000005")).isDirectory();
        assertThat(newest(run).state().step()).isEqualTo(TinyRun.STEPS);
    }

    @Test
    void stop_keepsWhatWasLearned_andTheRunGoesOnToTheSameBits() throws IOException {
        Path whole = folder.resolve("whole");
        train(whole, Map.of());
        Path stopped = folder.resolve("stopped");
        RunReport report = train(stopped, Map.of(5L, List.of(RunCommand.STOP)));
        assertThat(report.state()).isEqualTo(RunState.STOPPED);
        assertThat(report.steps()).isEqualTo(5);
        assertThat(newest(stopped).state().step()).isEqualTo(5);
        assertThat(TrainerMark.read(stopped)).isEmpty();

        new TrainingRun(TrainingEnvironment.quiet()).resume(stopped);
        assertThat(losses(stopped)).isEqualTo(losses(whole));
        assertThat(newest(stopped).folder().resolve(PeftFolder.TENSORS_FILE))
                .hasSameBinaryContentAs(newest(whole).folder().resolve(PeftFolder.TENSORS_FILE));
        assertThat(events(stopped))
                .filteredOn(RunEvent.Plan.class::isInstance)
                .map(event -> ((RunEvent.Plan) event).totalSteps())
                .containsExactly(TinyRun.STEPS, TinyRun.STEPS);
    }
}
