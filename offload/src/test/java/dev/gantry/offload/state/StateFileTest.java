package dev.gantry.offload.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.io.IoQueue;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    private static final StateLayout LAYOUT = new StateLayout(5, 3, 1500, "a-model");

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("gantry.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final TruthfulSteps steps = new TruthfulSteps(LAYOUT);
    private final IoQueue queue = new IoQueue("test", 2, 8192);
    private Path path = Path.of("");

    @BeforeEach
    void name() {
        System.out.println("StateFileTest: seed " + seed);
        path = folder.resolve("states");
    }

    @AfterEach
    void stop() {
        queue.close();
    }

    private RecordPipeline pipeline(StateFile states) {
        return new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 2);
    }

    /// A file with the first values and so many steps, and a checkpoint after each of the steps named.
    private StateFile stepped(int made, Integer... checkpoints) throws IOException {
        StateFile states = StateFile.create(path, LAYOUT);
        try (RecordPipeline pipeline = pipeline(states)) {
            steps.fill(pipeline, steps.order(random));
            for (int step = 0; step <= made; step++) {
                if (step > 0) {
                    steps.update(pipeline, step, steps.order(random));
                }
                if (List.of(checkpoints).contains(step)) {
                    states.checkpoint();
                }
            }
        }
        return states;
    }

    private static void assertFault(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(GantryException.class))
                .satisfies(fault -> assertThat(fault.code()).isEqualTo(code));
    }

    private void assertResumes(long step) throws IOException {
        try (StateFile states = StateFile.open(path, LAYOUT);
                RecordPipeline pipeline = pipeline(states)) {
            states.resumeFrom(step);
            assertThat(steps.firstWrong(pipeline, states)).isEqualTo(-1);
            assertThat(states.step()).isEqualTo(step);
        }
    }

    @Test
    void file_takesExactlyItsRoom_twiceTheStates() throws IOException {
        StateFile.create(path, LAYOUT).close();

        assertThat(LAYOUT.recordBytes()).isEqualTo(5 * 4096);
        assertThat(path).hasSize(LAYOUT.fileBytes());
        assertThat(LAYOUT.fileBytes()).isEqualTo(2 * 4096 + 2 * 5 * LAYOUT.recordBytes());
        assertThat(folder.toFile().list()).containsExactly("states");
    }

    @Test
    void generation_isThereOnlyAfterItsCheckpoint() throws IOException {
        stepped(2).close();

        try (StateFile states = StateFile.open(path, LAYOUT)) {
            assertThat(states.generations()).isEmpty();
            assertFault("STATE-GENERATION-MISSING", () -> states.resumeFrom(2));
        }
    }

    @Test
    void twoGenerations_canBeResumedFrom_untilTheNextStep() throws IOException {
        try (StateFile states = stepped(5, 0, 3, 5)) {
            assertThat(states.generations()).containsExactly(3L, 5L);
        }
        assertResumes(3);
        assertResumes(5);
    }

    @Test
    void nextStep_givesUpTheOlderGeneration_andKeepsTheNewer() throws IOException {
        stepped(6, 0, 3, 5).close();

        try (StateFile states = StateFile.open(path, LAYOUT)) {
            assertThat(states.generations()).containsExactly(5L);
        }
        assertResumes(5);
    }

    @Test
    void resumedFromTheOlder_reachesTheSameValues() throws IOException {
        stepped(5, 0, 3, 5).close();
        try (StateFile states = StateFile.open(path, LAYOUT);
                RecordPipeline pipeline = pipeline(states)) {
            states.resumeFrom(3);
            for (int step = 4; step <= 7; step++) {
                steps.update(pipeline, step, steps.order(random));
            }
            states.checkpoint();
            assertThat(states.generations()).containsExactly(3L, 7L);
        }
        assertResumes(7);
    }

    @Test
    void secondCheckpointOfTheSameStep_doesNothing() throws IOException {
        try (StateFile states = stepped(4, 4)) {
            states.checkpoint();
            assertThat(states.generations()).containsExactly(4L);
        }
    }

    @Test
    void statesOfSomethingElse_areRefused() throws IOException {
        stepped(1, 1).close();

        assertFault("STATE-FILE-OTHER", () -> StateFile.open(path, new StateLayout(5, 3, 1500, "b-model")));
        assertFault("STATE-FILE-OTHER", () -> StateFile.open(path, new StateLayout(5, 2, 1500, "a-model")));
    }

    @Test
    void damage_isNoticed() throws IOException {
        stepped(1, 1).close();
        byte[] good = Files.readAllBytes(path);

        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(good.length - 4096);
        }
        assertFault("STATE-FILE-DAMAGED", () -> StateFile.open(path, LAYOUT));
        Files.write(path, new byte[100]);
        assertFault("STATE-FILE-DAMAGED", () -> StateFile.open(path, LAYOUT));

        byte[] noHeaders = good.clone();
        noHeaders[40] ^= 1;
        noHeaders[4096 + 40] ^= 1;
        Files.write(path, noHeaders);
        assertFault("STATE-FILE-DAMAGED", () -> StateFile.open(path, LAYOUT));

        byte[] noTag = good.clone();
        noTag[(int) (LAYOUT.recordOffset(0, 2) + LAYOUT.tagOffset())] ^= 1;
        Files.write(path, noTag);
        try (StateFile states = StateFile.open(path, LAYOUT)) {
            assertFault("STATE-FILE-DAMAGED", () -> states.resumeFrom(1));
        }
    }

    @Test
    void replacedFile_isNoticed_beforeACheckpointIsPromised() throws IOException {
        try (StateFile states = stepped(2, 1)) {
            Path other = Files.copy(path, folder.resolve("other"));
            Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);

            assertFault("FILE-CHANGED", states::checkpoint);
        }
        assertResumes(1);
    }

    @Test
    void tooLittleRoom_isSaidBeforehand_andLeavesNothing() {
        assertFault("DISK-FULL", () -> StateFile.create(path, new StateLayout(1 << 20, 3, 1L << 35, "huge")));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void illegalMoves_throw() throws IOException {
        try (StateFile states = StateFile.create(path, LAYOUT);
                RecordPipeline pipeline = pipeline(states)) {
            assertThatThrownBy(states::checkpoint).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> states.begin(1, true)).isInstanceOf(IllegalStateException.class);
            steps.fill(pipeline, steps.order(random));
            assertThatThrownBy(() -> states.begin(0, true)).isInstanceOf(IllegalStateException.class);
            states.begin(1, true);
            assertThatThrownBy(states::checkpoint).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> states.begin(2, true)).isInstanceOf(IllegalStateException.class);
            states.wrote(3);
            assertThatThrownBy(states::end).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void firstValues_areNeverWrittenOverAGeneration() throws IOException {
        stepped(1, 1).close();

        try (StateFile states = StateFile.open(path, LAYOUT)) {
            assertThatThrownBy(() -> states.begin(2, false)).isInstanceOf(IllegalStateException.class);
        }
        assertThatCode(() -> assertResumes(1)).doesNotThrowAnyException();
    }
}
