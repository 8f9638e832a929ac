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
import dev.gantry.offload.io.ScratchFile;
import dev.gantry.offload.state.StateFile;
import dev.gantry.offload.state.StateLayout;
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
                case READ_ERROR -> FaultyFile.failingReads(2);
                case SHORT_FILE -> FaultyFile.cutOffAt(3 * BlockFile.ALIGNMENT_BYTES);
            };
        }
    }

    /// Files that fail.
    enum Which {
        STATES,
        GRADIENTS
    }

    @ParameterizedTest
    @CsvSource({
        "STATES, DISK_FULL, DISK-FULL, 0",
        "STATES, DISK_FULL, DISK-FULL, 0.5",
        "STATES, READ_ERROR, FILE-READ, 0.5",
        "STATES, SHORT_FILE, FILE-SHORT, 0",
        "GRADIENTS, DISK_FULL, DISK-FULL, 0.5",
        "GRADIENTS, READ_ERROR, FILE-READ, 0.5",
        "GRADIENTS, SHORT_FILE, FILE-SHORT, 0.5"
    })
    void aFailureIsTold_andTheCheckpointGoesOn(Which which, Failure failure, String code, double maxNorm) {
        FullRun run = FullRun.of(
                TinyDecoders.withLayers(
                        Objects.requireNonNull(TinyDecoders.all().get("gpt2")), 3),
                ComputeType.F32,
                maxNorm);
        TrainablePlan plan = TrainablePlan.spread(
                run.layout(),
                Map.of(Kind.GRADIENT, Share.ALL_DISK, Kind.MASTER, Share.ALL_DISK, Kind.MOMENTS, Share.ALL_DISK),
                1);
        List<Long> bits = new ArrayList<>();
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = open(run, plan, Origin.fresh(FullRun.source(run.start(arena))), which, sound())) {
            run.take(step, CHECKPOINT, bits);
            step.checkpoint();
        }
        Origin kept = new Origin((tensor, array, from, into) -> {}, CHECKPOINT, Origin.Disk.KEPT);
        // what is read while it opens is sound; the fault begins with the step
        Switched switched = new Switched(failure.fault());
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = open(run, plan, kept, which, switched)) {
            switched.on = true;
            GantryException told = assertThrows(
                    GantryException.class, () -> step.take(run.batches(arena), FullRun.rate(CHECKPOINT), CHECKPOINT));
            assertEquals(code, told.code());
            assertEquals(CHECKPOINT, step.steps());
            assertThrows(
                    IllegalStateException.class,
                    () -> step.take(run.batches(arena), FullRun.rate(CHECKPOINT), CHECKPOINT));
        }
        try (OffloadedStep step = open(run, plan, kept, which, sound())) {
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

    private OffloadedStep open(FullRun run, TrainablePlan plan, Origin origin, Which which, Fault fault) {
        Room room = new Room(MemoryAccount.unlimited("device"), MemoryAccount.unlimited("host"), folder);
        return new OffloadedStep(backend, run.layout(), plan, run.job(), room, origin, new Faulty(which, fault));
    }

    private record Faulty(Which which, Fault fault) implements DiskShelves.Opener {
        @Override
        public StateFile open(Path path, StateLayout layout, Origin.Disk disk) throws IOException {
            if (disk == Origin.Disk.WRITTEN) {
                StateFile.create(path, layout).close();
            }
            BlockFile sound = BlockFile.open(path, BlockFile.Use.WRITE);
            return StateFile.over(which == Which.STATES ? new FaultyFile(sound, fault) : sound, layout);
        }

        @Override
        public BlockFile scratch(Path folder, long bytes) throws IOException {
            BlockFile sound = ScratchFile.create(folder, bytes);
            return which == Which.GRADIENTS ? new FaultyFile(sound, fault) : sound;
        }
    }
}
