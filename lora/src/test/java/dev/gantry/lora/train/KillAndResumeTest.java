package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import java.io.IOException;
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
            BooleanSupplier moment = kill % 2 == 0
                    ? KilledProcess.whileSaving(killed)
                    : KilledProcess.afterMoreEvents(killed, random, 1500);
            KilledProcess.killWhen(moment, trainer(killed));
        }
        Process last = trainer(killed);
        assertThat(last.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).isZero();
        assertSameOutcome(whole, killed);
    }

    private Process trainer(Path run) throws IOException {
        return KilledProcess.start(KilledTrainer.class, folder.resolve("trainer.log"), model, run, questions);
    }

    private void assertSameOutcome(Path whole, Path killed) throws IOException {
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            assertThat(newest(killed).folder().resolve(file))
                    .hasSameBinaryContentAs(newest(whole).folder().resolve(file));
        }
        assertThat(TinyRun.values(killed)).isEqualTo(TinyRun.values(whole));
        assertThat(killed.resolve("best")).hasSameTextualContentAs(whole.resolve("best"));
        assertThat(killed.resolve("last")).hasSameTextualContentAs(whole.resolve("last"));
    }
}
