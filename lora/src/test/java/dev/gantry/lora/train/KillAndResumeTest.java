package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills training processes at random steps and in the middle of saving; what they leave must continue to the bits of a
/// run that was never killed.
class KillAndResumeTest {
    private static final int KILLS = 4;

    @TempDir
    private Path folder;

    private Path model = Path.of("");
    private Path questions = Path.of("");

    @BeforeEach
    void makeInputs() throws IOException {
        Path described = TinyRun.describedModel(folder.resolve("described"));
        Path run = folder.resolve("pretraining");
        new TrainingRun(TrainingEnvironment.quiet())
                .start(TinyRun.pretraining(described, TinyRun.corpus(folder.resolve("corpus.jsonl"))), run);
        model = newest(run).folder().resolve(Checkpoint.MODEL_FOLDER);
        questions = TinyRun.questions(folder.resolve("questions.jsonl"));
    }

    private static Checkpoint newest(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow();
    }

    @Test
    void killedRun_endsInTheSameBits_asOneThatWasNever() throws IOException, InterruptedException {
        Path whole = folder.resolve("whole");
        new TrainingRun(TrainingEnvironment.quiet()).start(KilledTrainer.config(model, questions), whole);
        long seed = Long.getLong("gantry.test.seed", System.nanoTime());
        System.out.println("KillAndResumeTest: seed " + seed);
        Random random = new Random(seed);
        Path killed = folder.resolve("killed");
        for (int kill = 0; kill < KILLS; kill++) {
            BooleanSupplier moment = kill % 2 == 0 ? whileSaving(killed) : afterMoreEvents(killed, random);
            killWhen(moment, trainer(killed));
        }
        Process last = trainer(killed);
        assertThat(last.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).isZero();
        assertSameOutcome(whole, killed);
    }

    private Process trainer(Path run) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-DRUST_FLAVOR=cpu",
                "-DOPT_OUT_TRACKING=true",
                "-cp",
                classPath,
                KilledTrainer.class.getName(),
                model.toString(),
                run.toString(),
                questions.toString());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "trainer.log")))
                .start();
    }

    /// Sends SIGKILL as soon as the moment comes; a process that ends before that was quicker.
    private static void killWhen(BooleanSupplier moment, Process process) throws InterruptedException {
        while (!process.waitFor(1, TimeUnit.MILLISECONDS)) {
            if (moment.getAsBoolean()) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static BooleanSupplier whileSaving(Path run) {
        File checkpoints = run.resolve("checkpoints").toFile();
        return () -> {
            String[] names = checkpoints.list((dir, name) -> name.startsWith(DurableFiles.TEMPORARY_PREFIX + "step"));
            return names != null && names.length > 0;
        };
    }

    private static BooleanSupplier afterMoreEvents(Path run, Random random) throws IOException {
        File events = run.resolve(EventLog.FILE_NAME).toFile();
        long bytes = (Files.exists(events.toPath()) ? events.length() : 0) + random.nextInt(1500);
        return () -> events.length() > bytes;
    }

    private void assertSameOutcome(Path whole, Path killed) throws IOException {
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            assertThat(newest(killed).folder().resolve(file))
                    .hasSameBinaryContentAs(newest(whole).folder().resolve(file));
        }
        assertThat(values(killed)).isEqualTo(values(whole));
        assertThat(killed.resolve("best")).hasSameTextualContentAs(whole.resolve("best"));
        assertThat(killed.resolve("last")).hasSameTextualContentAs(whole.resolve("last"));
    }

    /// Step, loss, gradient norm and rate of every step, and every evaluation, in the order of the log.
    private static List<List<Number>> values(Path run) throws IOException {
        return EventLog.current(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(event -> event instanceof RunEvent.Metric || event instanceof RunEvent.Evaluation)
                .map(event -> switch (event) {
                    case RunEvent.Metric m -> List.<Number>of(m.step(), m.loss(), m.gradNorm(), m.learningRate());
                    case RunEvent.Evaluation e -> List.<Number>of(e.step(), e.evalLoss());
                    default -> List.<Number>of();
                })
                .toList();
    }
}
