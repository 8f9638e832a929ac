package dev.gantry.offload.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.io.IoQueue;
import dev.gantry.offload.io.UnstableFile;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Lets the power fail at every write and every force of a run, with what was not forced on the disk or not as chance
/// has it: whatever is left must hold the last checkpoint, and go on from it to the values of a run that never failed.
class StatePowerFailureTest {
    private static final StateLayout LAYOUT = new StateLayout(3, 3, 700, "model");
    private static final int LAST_STEP = 7;
    private static final int CHECKPOINT_EVERY = 3;

    private final TruthfulSteps steps = new TruthfulSteps(LAYOUT);
    private final long seed = Long.getLong("gantry.test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /// The step of the last checkpoint that was promised, or -1.
    private long promised = -1;

    @Test
    void checkpoint_survivesAFailureAtAnyMoment() {
        System.out.println("StatePowerFailureTest: seed " + seed);
        UnstableFile whole = new UnstableFile(formatted(), 1_000_000);
        assertThat(run(whole)).isTrue();
        long operations = 1_000_000 - whole.operationsLeft();
        assertThat(operations).isGreaterThan(30);

        for (long failing = 0; failing <= operations; failing++) {
            for (int chance = 0; chance < 4; chance++) {
                promised = -1;
                byte[] disk = formatted();
                // fails twice before it gets through
                for (long left : new long[] {failing, failing / 2}) {
                    UnstableFile file = new UnstableFile(disk, left);
                    run(file);
                    disk = file.afterPowerFailure(random);
                }
                assertThat(run(new UnstableFile(disk, 1_000_000))).isTrue();
            }
        }
    }

    private static byte[] formatted() {
        UnstableFile file = new UnstableFile(new byte[(int) LAYOUT.fileBytes()], 1_000);
        StateFile.format(file, LAYOUT);
        return file.afterPowerFailure(new Random(0));
    }

    /// Goes on from whatever the file holds; whether it got to the last step, and to its values, before the failure.
    private boolean run(UnstableFile file) {
        try (StateFile states = StateFile.over(file, LAYOUT);
                IoQueue queue = new IoQueue("test", 1, 4096);
                RecordPipeline pipeline = new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 2)) {
            begin(states, pipeline);
            while (states.step() < LAST_STEP) {
                long step = states.step() + 1;
                steps.update(pipeline, step, steps.order(random));
                if (step % CHECKPOINT_EVERY == 0 || step == LAST_STEP) {
                    states.checkpoint();
                    promised = step;
                }
            }
            assertThat(states.generations().getLast()).isEqualTo(LAST_STEP);
            assertThat(steps.firstWrong(pipeline, states)).isEqualTo(-1);
            return true;
        } catch (GantryException failure) {
            assertThat(file.powerFailed()).as(failure.getMessage()).isTrue();
            return false;
        }
    }

    private void begin(StateFile states, RecordPipeline pipeline) {
        if (states.generations().isEmpty()) {
            assertThat(promised).isEqualTo(-1);
            steps.fill(pipeline, steps.order(random));
            states.checkpoint();
            promised = 0;
            return;
        }
        assertThat(states.generations().getLast()).isGreaterThanOrEqualTo(promised);
        for (long generation : states.generations()) {
            states.resumeFrom(generation);
            assertThat(steps.firstWrong(pipeline, states))
                    .as("a wrong record in step %d", generation)
                    .isEqualTo(-1);
        }
        // a promised checkpoint folder may be older than the newest generation, never older than the oldest
        long oldest = states.generations().getFirst();
        states.resumeFrom(
                oldest >= promised && random.nextBoolean()
                        ? oldest
                        : states.generations().getLast());
    }
}
