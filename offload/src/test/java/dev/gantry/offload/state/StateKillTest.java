package dev.gantry.offload.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.io.IoQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills processes at random moments of their steps; every promised checkpoint must be there, whole, and the last
/// process must end with the values of one that was never killed.
class StateKillTest {
    private static final int KILLS = 6;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("gantry.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final TruthfulSteps steps = new TruthfulSteps(KilledStepper.LAYOUT);

    @Test
    void killedProcesses_keepWhatTheyPromised() throws IOException, InterruptedException {
        System.out.println("StateKillTest: seed " + seed);
        Path scratch = folder.resolve("scratch");
        for (int kill = 0; kill < KILLS; kill++) {
            Path promises = folder.resolve("promises-" + kill);
            Process process = start(promises, scratch);
            long wanted = random.nextInt(12);
            while (process.isAlive() && (!Files.exists(promises) || Files.size(promises) < wanted)) {
                LockSupport.parkNanos(200_000);
            }
            LockSupport.parkNanos(random.nextInt(8_000_000));
            process.destroyForcibly().waitFor();
            assertKept(promises);
        }
        Process last = start(folder.resolve("promises-last"), scratch);
        assertThat(last.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(last.exitValue()).isZero();
        assertKept(folder.resolve("promises-last"));
        try (StateFile states = StateFile.open(folder.resolve("states"), KilledStepper.LAYOUT)) {
            assertThat(states.generations()).last().isEqualTo(KilledStepper.LAST_STEP);
        }
        assertThat(scratch).isEmptyDirectory();
    }

    private void assertKept(Path promises) throws IOException {
        Path file = folder.resolve("states");
        List<String> promised = Files.exists(promises) ? whole(Files.readString(promises)) : List.of();
        if (!Files.exists(file)) {
            assertThat(promised).isEmpty();
            return;
        }
        try (StateFile states = StateFile.open(file, KilledStepper.LAYOUT);
                IoQueue queue = new IoQueue("test");
                RecordPipeline pipeline = new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 3)) {
            List<Long> generations = states.generations();
            if (!promised.isEmpty()) {
                assertThat(generations.getLast()).isGreaterThanOrEqualTo(Long.parseLong(promised.getLast()));
            }
            for (long generation : generations) {
                states.resumeFrom(generation);
                assertThat(steps.firstWrong(pipeline, states)).isEqualTo(-1);
            }
        }
    }

    /// The lines that were written to their end.
    private static List<String> whole(String text) {
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private Process start(Path promises, Path scratch) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                KilledStepper.class.getName(),
                folder.resolve("states").toString(),
                scratch.toString());
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("errors").toFile()))
                .redirectOutput(promises.toFile())
                .start();
    }
}
