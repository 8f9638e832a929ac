package dev.gantry.offload.trainable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.FaultyFile;
import dev.gantry.offload.io.FaultyFile.Fault;
import dev.gantry.offload.state.StateFile;
import dev.gantry.offload.trainable.OffloadedStep.Room;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A disk that fails during a step: a clear message, no step taken, and the checkpoint before it goes on to the bits of
/// memory.
class OffloadedFaultsTest {
    private static final long CHECKPOINT = 2;

    private final CpuBackend backend = new CpuBackend(1);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    enum Failure {
        DISK_FULL,
        READ_ERROR,
        SHORT_FILE;

        Fault fault() {
            return switch (this) {
                case DISK_FULL -> FaultyFile.fullAfter(3 * BlockFile.ALIGNMENT_BYTES);
                case READ_ERROR -> FaultyFile.failingReads(3);
                case SHORT_FILE -> FaultyFile.cutOffAt(3 * BlockFile.ALIGNMENT_BYTES);
            };
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DISK_FULL, DISK-FULL, 0",
        "DISK_FULL, DISK-FULL, 0.5",
        "READ_ERROR, FILE-READ, 0.5",
        "SHORT_FILE, FILE-SHORT, 0"
    })
    void aFailureIsTold_andTheCheckpointGoesOn(Failure failure, String code, double maxNorm) {
        FullRun run = FullRun.of(
                TinyDecoders.withLayers(
                        Objects.requireNonNull(TinyDecoders.all().get("gpt2")), 3),
                ComputeType.F32,
                maxNorm);
        TrainablePlan plan = TrainablePlan.spread(
                run.layout(),
                Map.of(Kind.GRADIENT, Share.ALL_HOST, Kind.MASTER, Share.ALL_DISK, Kind.MOMENTS, Share.ALL_DISK),
                1);
        List<Long> bits = new ArrayList<>();
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = open(run, plan, Origin.fresh(FullRun.source(run.start(arena))), sound())) {
            run.take(step, CHECKPOINT, bits);
            step.checkpoint();
        }
        Origin kept = new Origin((tensor, array, from, into) -> {}, CHECKPOINT, Origin.Disk.KEPT);
        // what is read while it opens is sound; the fault begins with the step
        Switched switched = new Switched(failure.fault());
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = open(run, plan, kept, switched)) {
            switched.on = true;
            GantryException told = assertThrows(
                    GantryException.class, () -> step.take(run.batches(arena), FullRun.rate(CHECKPOINT), CHECKPOINT));
            assertEquals(code, told.code());
            assertEquals(CHECKPOINT, step.steps());
            assertThrows(
                    IllegalStateException.class,
                    () -> step.take(run.batches(arena), FullRun.rate(CHECKPOINT), CHECKPOINT));
        }
        try (OffloadedStep step = open(run, plan, kept, sound())) {
            run.take(step, run.steps(), bits);
            run.collect(step, bits);
        }
        assertEquals(run.truth(backend), bits);
    }

    private static Switched sound() {
        return new Switched(FaultyFile.slow(0));
    }

    /// A fault that begins on order; attempts before do not count.
    private static final class Switched implements Fault {
        private final Fault fault;
        private volatile boolean on;
        private int reads;

        Switched(Fault fault) {
            this.fault = fault;
        }

        @Override
        public synchronized long allow(FaultyFile.Attempt attempt) throws IOException {
            if (!on) {
                return attempt.bytes();
            }
            int number = attempt.writing() ? attempt.number() : reads++;
            return fault.allow(new FaultyFile.Attempt(attempt.writing(), number, attempt.offset(), attempt.bytes()));
        }
    }

    private OffloadedStep open(FullRun run, TrainablePlan plan, Origin origin, Fault fault) {
        Room room = new Room(MemoryAccount.unlimited("device"), MemoryAccount.unlimited("host"), folder);
        return new OffloadedStep(backend, run.layout(), plan, run.job(), room, origin, (path, layout, disk) -> {
            if (disk == Origin.Disk.WRITTEN) {
                StateFile.create(path, layout).close();
            }
            return StateFile.over(new FaultyFile(BlockFile.open(path, BlockFile.Use.WRITE), fault), layout);
        });
    }
}
