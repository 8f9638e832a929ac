package dev.gantry.offload.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.pass.BoundaryPlacement;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadOrder;
import dev.gantry.engine.pass.PassBits;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.Tier;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.FaultyFile;
import dev.gantry.offload.io.FaultyFile.Fault;
import dev.gantry.offload.io.ScratchFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A disk that fails, dawdles or delivers in pieces while the stream lives on it: a clear message or the right bits,
/// never a wrong number.
class StreamFaultsTest {
    private static final long SEED = 20_261_130;
    private static final int LAYERS = 5;
    private static final BoundaryPlan ON_DISK =
            BoundaryPlan.of(Collections.nCopies(BoundaryPlan.units(LAYERS), Tier.DISK));
    private static final PassBits PASS = new PassBits(
            TinyDecoders.withLayers(Objects.requireNonNull(TinyDecoders.all().get("gpt2")), LAYERS),
            ComputeType.F32,
            Retention.BOUNDARY,
            HeadOrder.SLICES_OUTSIDE,
            PassBits.batches().getLast(),
            PassBits.Trained.EVERYTHING);

    private final MemoryAccount device = MemoryAccount.unlimited("device");
    private final MemoryAccount host = MemoryAccount.unlimited("host");
    private final CpuBackend backend = new CpuBackend(1);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    enum Failure {
        READ_ERROR,
        SHORT_FILE,
        DISK_FULL;

        /// @param sound moves that work before it
        Fault after(int sound) {
            return switch (this) {
                case READ_ERROR -> FaultyFile.failingReads(sound);
                case SHORT_FILE -> FaultyFile.cutOffAt((long) sound * BlockFile.ALIGNMENT_BYTES);
                case DISK_FULL -> FaultyFile.fullAfter((long) sound * BlockFile.ALIGNMENT_BYTES);
            };
        }
    }

    @ParameterizedTest
    @CsvSource({
        "READ_ERROR, 0, FILE-READ",
        "READ_ERROR, 5, FILE-READ",
        "SHORT_FILE, 0, FILE-SHORT",
        "SHORT_FILE, 3, FILE-SHORT",
        "DISK_FULL, 0, DISK-FULL",
        "DISK_FULL, 4, DISK-FULL"
    })
    void aFailureIsTold_andNothingIsLeft(Failure failure, int sound, String code) throws IOException {
        BoundaryPlacement placement = onDisk(failure.after(sound));
        GantryException told = assertThrows(GantryException.class, () -> PASS.of(backend, SEED, placement, device));
        assertEquals(code, told.code());
        assertTrue((told.what() + told.why()).contains(folder.toString()), told.toString());
        assertEquals(0, device.heldBytes() + host.heldBytes());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }

    enum Slowness {
        SHORT_TRANSFERS,
        SLOW;

        Fault fault() {
            return switch (this) {
                case SHORT_TRANSFERS -> FaultyFile.shortTransfers();
                case SLOW -> FaultyFile.slow(200_000);
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Slowness.class)
    void piecesAndDelaysChangeNoBit(Slowness slowness) {
        List<String> truth = PASS.of(backend, SEED, BoundaryPlacement.ON_DEVICE, device);
        assertEquals(truth, PASS.of(backend, SEED, onDisk(slowness.fault()), device));
    }

    private BoundaryPlacement onDisk(Fault fault) {
        return TieredBoundaries.placement(
                ON_DISK,
                host,
                folder,
                new StreamTraffic(),
                (place, bytes) -> new FaultyFile(ScratchFile.create(place, bytes), fault));
    }
}
