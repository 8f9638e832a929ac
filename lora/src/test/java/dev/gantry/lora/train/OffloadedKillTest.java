package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills processes that train all parameters with every state on disk, at random moments of steps and in the middle of
/// saving: what they leave must go on to the bits of a run in memory that was never killed.
class OffloadedKillTest {
    private static final int KILLS = 2;
    private static final int MOST_NEW_EVENT_BYTES = 1200;

    @TempDir
    private Path folder;

    @Test
    void killedRun_endsInTheSameBits_asOneInMemory() throws IOException, InterruptedException {
        Path model = TinyRun.describedModel(folder.resolve("described"));
        Path corpus = TinyRun.corpus(folder.resolve("corpus.jsonl"));
        Path whole = folder.resolve("whole");
        new TrainingRun(TrainingEnvironment.quiet()).start(KilledOffloadedTrainer.inMemory(model, corpus), whole);
        long seed = Long.getLong("gantry.test.seed", System.nanoTime());
        System.out.println("OffloadedKillTest: seed " + seed);
        Random random = new Random(seed);
        Path killed = folder.resolve("killed");
        for (int kill = 0; kill < KILLS; kill++) {
            BooleanSupplier moment = kill % 2 == 0 ? afterMoreEvents(killed, random) : whileSaving(killed);
            killWhen(moment, trainer(model, killed, corpus));
        }
        Process last = trainer(model, killed, corpus);
        assertThat(last.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).isZero();
        Path file = Path.of(Checkpoint.MODEL_FOLDER, "model.safetensors");
        assertThat(newest(killed).resolve(file))
                .hasSameBinaryContentAs(newest(whole).resolve(file));
        assertThat(values(killed)).isEqualTo(values(whole));
        assertThat(killed.resolve("best")).hasSameTextualContentAs(whole.resolve("best"));
        assertThat(killed.resolve("last")).hasSameTextualContentAs(whole.resolve("last"));
    }

    private static Path newest(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow().folder();
    }

    private Process trainer(Path model, Path run, Path corpus) throws IOException {
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
                KilledOffloadedTrainer.class.getName(),
                model.toString(),
                run.toString(),
                corpus.toString());
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
        long bytes = (Files.exists(events.toPath()) ? events.length() : 0) + random.nextInt(MOST_NEW_EVENT_BYTES);
        return () -> events.length() > bytes;
    }

    private static List<List<Number>> values(Path run) throws IOException {
        return EventLog.current(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(RunEvent.Metric.class::isInstance)
                .map(RunEvent.Metric.class::cast)
                .map(m -> List.<Number>of(m.step(), m.loss(), m.gradNorm(), m.learningRate()))
                .toList();
    }
}
