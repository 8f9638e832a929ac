package dev.gantry.offload.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.BlockFile.Use;
import dev.gantry.offload.io.FaultyFile;
import dev.gantry.offload.io.FaultyFile.Attempt;
import dev.gantry.offload.io.FaultyFile.Fault;
import dev.gantry.offload.io.IoQueue;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordPipelineTest {
    private static final StateLayout LAYOUT = new StateLayout(6, 3, 2000, "model");
    private static final int[] FORWARD = {0, 1, 2, 3, 4, 5};

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("gantry.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final TruthfulSteps steps = new TruthfulSteps(LAYOUT);

    @BeforeEach
    void printSeed() {
        System.out.println("RecordPipelineTest: seed " + seed);
    }

    /// A file that misbehaves as told, after the first values and a checkpoint of them went well.
    private StateFile faulty(Fault fault) throws IOException {
        Path path = Files.createTempFile(folder, "states", "");
        try (StateFile states = StateFile.create(path, LAYOUT);
                IoQueue queue = new IoQueue("test", 2, 8192);
                RecordPipeline pipeline = new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 3)) {
            steps.fill(pipeline, FORWARD);
            states.checkpoint();
        }
        StateFile states = StateFile.over(new FaultyFile(BlockFile.open(path, Use.WRITE), fault), LAYOUT);
        states.resumeFrom(0);
        return states;
    }

    private static Fault none() {
        return Attempt::bytes;
    }

    @Test
    void values_areThoseOfMemory_andBytesAreCounted_forAnyShapeOfThePipeline() throws IOException {
        long sweepBytes = LAYOUT.records() * LAYOUT.recordBytes();
        for (int buffers = 2; buffers <= 5; buffers++) {
            MemoryAccount host = new MemoryAccount("host", RecordPipeline.memoryBytes(LAYOUT, buffers));
            try (StateFile states = faulty(none());
                    IoQueue queue = new IoQueue("test", 1 + random.nextInt(4), 4096 * (1 + random.nextInt(8)));
                    RecordPipeline pipeline = new RecordPipeline(states, queue, host, buffers)) {
                for (int step = 1; step <= 4; step++) {
                    steps.update(pipeline, step, steps.order(random));
                    assertThat(pipeline.bytesRead()).isEqualTo(step * sweepBytes);
                    assertThat(pipeline.bytesWritten()).isEqualTo(step * sweepBytes);
                    assertThat(host.reservations()).isEqualTo(1);
                }
                assertThat(steps.firstWrong(pipeline, states)).isEqualTo(-1);
                assertThat(queue.bytesRead()).isEqualTo(5 * sweepBytes);
                assertThat(queue.bytesWritten()).isEqualTo(4 * sweepBytes);
            }
            assertThat(host.heldBytes()).isZero();
            assertThat(host.peakBytes()).isEqualTo(host.budgetBytes());
        }
    }

    @Test
    void tooSmallABudget_isRefusedAtOnce() throws IOException {
        MemoryAccount host = new MemoryAccount("host", RecordPipeline.memoryBytes(LAYOUT, 3) - 1);
        try (StateFile states = faulty(none());
                IoQueue queue = new IoQueue("test")) {
            assertThatThrownBy(() -> new RecordPipeline(states, queue, host, 3))
                    .isInstanceOf(OverBudgetException.class);
        }
        assertThat(host.heldBytes()).isZero();
    }

    /// Held back until a write and a read are under way at the same time.
    @Test
    void whileOneIsComputed_theNextIsRead_andTheLastIsWritten() throws IOException, InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        Fault meet = attempt -> {
            boolean firstWrite = attempt.writing() && attempt.offset() == LAYOUT.recordOffset(1, 0);
            boolean thirdRead = !attempt.writing()
                    && attempt.bytes() == LAYOUT.recordBytes()
                    && attempt.offset() == LAYOUT.recordOffset(0, 2);
            if (firstWrite || thirdRead) {
                both.countDown();
                awaitOrFail(both);
            }
            return attempt.bytes();
        };
        try (StateFile states = faulty(meet);
                IoQueue queue = new IoQueue("test", 3, 1 << 20);
                RecordPipeline pipeline = new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 3)) {
            pipeline.update(1, FORWARD);
            pipeline.put(pipeline.take());
            StateRecord computed = pipeline.take();
            assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
            pipeline.put(computed);
        }
    }

    /// With two buffers the one that was written is filled again without the caller's help.
    @Test
    void aBufferThatIsStored_isFilledAgain_whileTheCallerComputes() throws IOException, InterruptedException {
        CountDownLatch thirdRead = new CountDownLatch(1);
        Fault watch = attempt -> {
            if (!attempt.writing() && attempt.offset() == LAYOUT.recordOffset(0, 2)) {
                thirdRead.countDown();
            }
            return attempt.bytes();
        };
        try (StateFile states = faulty(watch);
                IoQueue queue = new IoQueue("test", 1, 1 << 20);
                RecordPipeline pipeline = new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 2)) {
            pipeline.update(1, FORWARD);
            pipeline.put(pipeline.take());
            StateRecord computed = pipeline.take();
            assertThat(thirdRead.await(20, TimeUnit.SECONDS)).isTrue();
            pipeline.put(computed);
        }
    }

    private static void awaitOrFail(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("reading and writing did not overlap");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void failureAtAnyAttempt_isTold_andTheCheckpointIsAsItWas() throws IOException {
        int failed = 0;
        for (int bad = 0; bad < 30; bad++) {
            int number = bad;
            AtomicBoolean armed = new AtomicBoolean(true);
            Fault fault = attempt -> {
                boolean afterOpening = attempt.writing() || attempt.bytes() > 4096;
                if (armed.get() && afterOpening && attempt.number() == number) {
                    throw new IOException(attempt.writing() ? "No space left on device" : "Input/output error");
                }
                return attempt.bytes();
            };
            try (StateFile states = faulty(fault);
                    IoQueue queue = new IoQueue("test", 2, 16384);
                    RecordPipeline pipeline = new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 3)) {
                failed += stepFails(pipeline) ? 1 : 0;
                armed.set(false);
                pipeline.abandon();
                states.resumeFrom(0);
                assertThat(steps.firstWrong(pipeline, states))
                        .as("fault %d", bad)
                        .isEqualTo(-1);
                for (int step = 1; step <= 2; step++) {
                    steps.update(pipeline, step, FORWARD);
                }
                assertThat(steps.firstWrong(pipeline, states)).isEqualTo(-1);
            }
        }
        // writes 0 to 12: a header, 6 records of 2 blocks; reads 8 to 19, after 2 headers and 6 tags: 6 records
        assertThat(failed).isEqualTo(20);
    }

    private boolean stepFails(RecordPipeline pipeline) {
        try {
            steps.update(pipeline, 1, FORWARD);
            return false;
        } catch (GantryException fault) {
            assertThat(fault.code()).isIn("FILE-READ", "DISK-FULL");
            return true;
        }
    }

    @Test
    void cutOffFile_isAnError_notZeros() throws IOException {
        long end = LAYOUT.recordOffset(0, 4) + 4096;
        // resuming reads the last block of each record only
        Fault cut = attempt ->
                attempt.bytes() == 4096 ? 4096 : FaultyFile.cutOffAt(end).allow(attempt);
        try (StateFile states = faulty(cut);
                IoQueue queue = new IoQueue("test");
                RecordPipeline pipeline = new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 2)) {
            assertThatThrownBy(() -> steps.update(pipeline, 1, FORWARD))
                    .asInstanceOf(type(GantryException.class))
                    .satisfies(fault -> assertThat(fault.code()).isEqualTo("FILE-SHORT"));
        }
    }

    @Test
    void shortTransfers_andSlowDisks_changeNothing() throws IOException {
        for (Fault fault : new Fault[] {FaultyFile.shortTransfers(), FaultyFile.slow(200_000)}) {
            try (StateFile states = faulty(fault);
                    IoQueue queue = new IoQueue("test", 2, 8192);
                    RecordPipeline pipeline = new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 3)) {
                steps.update(pipeline, 1, FORWARD);
                assertThat(steps.firstWrong(pipeline, states)).isEqualTo(-1);
            }
        }
    }

    @Test
    void recordOfAnotherStep_isNeverHandedOut() throws IOException {
        try (StateFile states = faulty(none());
                IoQueue queue = new IoQueue("test");
                RecordPipeline pipeline = new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 2)) {
            steps.update(pipeline, 1, FORWARD);
            try (BlockFile other = BlockFile.open(states.file().path(), Use.WRITE);
                    var arena = Arena.ofConfined()) {
                other.write(LAYOUT.recordOffset(1, 3), arena.allocate(LAYOUT.recordBytes(), 4096));
            }
            assertThatThrownBy(() -> steps.update(pipeline, 2, FORWARD))
                    .asInstanceOf(type(GantryException.class))
                    .satisfies(fault -> assertThat(fault.why()).contains("record 3 is not that of step 1"));
        }
    }

    @Test
    void closedInTheMiddle_waitsForTheDisk_andGivesItsMemoryBack() throws IOException {
        MemoryAccount host = MemoryAccount.unlimited("host");
        try (StateFile states = faulty(FaultyFile.slow(2_000_000));
                IoQueue queue = new IoQueue("test", 2, 8192)) {
            try (RecordPipeline pipeline = new RecordPipeline(states, queue, host, 3)) {
                pipeline.update(1, FORWARD);
                pipeline.put(pipeline.take());
                pipeline.take();
            }
            assertThat(host.heldBytes()).isZero();
            states.resumeFrom(0);
            try (RecordPipeline pipeline = new RecordPipeline(states, queue, host, 3)) {
                assertThat(steps.firstWrong(pipeline, states)).isEqualTo(-1);
            }
        }
    }

    @Test
    void wrongUse_throws() throws IOException {
        try (StateFile states = faulty(none());
                IoQueue queue = new IoQueue("test");
                RecordPipeline pipeline = new RecordPipeline(states, queue, MemoryAccount.unlimited("host"), 2)) {
            assertThatThrownBy(pipeline::take).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(pipeline::finish).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> pipeline.update(1, new int[] {0, 1})).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pipeline.update(1, new int[] {0, 1, 2, 3, 4, 4}))
                    .isInstanceOf(IllegalArgumentException.class);
            pipeline.update(1, FORWARD);
            assertThatThrownBy(() -> pipeline.update(2, FORWARD)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(pipeline::finish).isInstanceOf(IllegalStateException.class);
            StateRecord first = pipeline.take();
            pipeline.take();
            assertThatThrownBy(pipeline::take).isInstanceOf(IllegalStateException.class);
            pipeline.put(first);
            assertThatThrownBy(() -> pipeline.put(first)).isInstanceOf(IllegalStateException.class);
        }
    }
}
