package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import java.io.IOException;
import java.nio.file.Path;
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
            BooleanSupplier moment = kill % 2 == 0
                    ? KilledProcess.afterMoreEvents(killed, random, MOST_NEW_EVENT_BYTES)
                    : KilledProcess.whileSaving(killed);
            KilledProcess.killWhen(moment, trainer(model, killed, corpus));
        }
        Process last = trainer(model, killed, corpus);
        assertThat(last.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).isZero();
        Path file = Path.of(Checkpoint.MODEL_FOLDER, "model.safetensors");
        assertThat(newest(killed).resolve(file))
                .hasSameBinaryContentAs(newest(whole).resolve(file));
        assertThat(TinyRun.values(killed)).isEqualTo(TinyRun.values(whole));
        assertThat(killed.resolve("best")).hasSameTextualContentAs(whole.resolve("best"));
        assertThat(killed.resolve("last")).hasSameTextualContentAs(whole.resolve("last"));
    }

    private static Path newest(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow().folder();
    }

    private Process trainer(Path model, Path run, Path corpus) throws IOException {
        return KilledProcess.start(KilledOffloadedTrainer.class, folder.resolve("trainer.log"), model, run, corpus);
    }
}
