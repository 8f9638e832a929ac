package dev.gantry.offload.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.BoundaryPlacement;
import dev.gantry.engine.pass.BoundarySweep;
import dev.gantry.engine.pass.BoundarySweep.Use;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadOrder;
import dev.gantry.engine.pass.PassBits;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.offload.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The residual stream may live anywhere: bits, memory and moves.
class TieredBoundariesTest {
    private static final long SEED = 20_261_129;
    private static final int LAYERS = 5;

    @TempDir
    private Path folder;

    private static DecoderSpec spec(String family) {
        return TinyDecoders.withLayers(Objects.requireNonNull(TinyDecoders.all().get(family)), LAYERS);
    }

    private static List<BoundaryPlan> plans() {
        List<Tier> mixed = new ArrayList<>();
        for (int unit = 0; unit < BoundaryPlan.units(LAYERS); unit++) {
            mixed.add(List.of(Tier.DEVICE, Tier.HOST, Tier.DISK).get(unit % 3));
        }
        return List.of(
                BoundaryPlan.onDevice(LAYERS),
                BoundaryPlan.of(Collections.nCopies(BoundaryPlan.units(LAYERS), Tier.HOST)),
                new BoundaryPlan(Collections.nCopies(BoundaryPlan.units(LAYERS), Tier.DISK), BoundaryPlan.LEAST_SLOTS),
                BoundaryPlan.of(mixed),
                new BoundaryPlan(mixed, 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "opt-350m"})
    void bitsDoNotDependOnWhereTheStreamLives(String family) {
        MemoryAccount device = MemoryAccount.unlimited("device");
        MemoryAccount host = MemoryAccount.unlimited("host");
        try (CpuBackend backend = new CpuBackend(1)) {
            for (PassBits pass : passes(spec(family))) {
                List<String> truth = pass.of(backend, SEED, BoundaryPlacement.ON_DEVICE, device);
                for (BoundaryPlan plan : plans()) {
                    BoundaryPlacement placement = TieredBoundaries.placement(plan, host, folder);
                    assertEquals(truth, pass.of(backend, SEED, placement, device), pass + " " + plan);
                }
            }
        }
        assertEquals(0, host.heldBytes());
        assertEquals(0, device.heldBytes());
    }

    private static List<PassBits> passes(DecoderSpec spec) {
        List<PassBits> passes = new ArrayList<>();
        for (Retention retention : Retention.values()) {
            for (HeadOrder order : HeadOrder.values()) {
                for (List<int[]> batches : PassBits.batches()) {
                    passes.add(new PassBits(
                            spec, ComputeType.F32, retention, order, batches, PassBits.Trained.EVERYTHING));
                }
                passes.add(new PassBits(
                        spec,
                        ComputeType.BF16,
                        retention,
                        order,
                        PassBits.batches().getLast(),
                        PassBits.Trained.ADAPTERS));
            }
        }
        return passes;
    }

    @Test
    void memoryIsThatOfThePlan() {
        DecoderSpec spec = spec("gpt2");
        long item = 16L * spec.hidden() * Float.BYTES;
        int units = BoundaryPlan.units(LAYERS);
        MemoryAccount host = MemoryAccount.unlimited("host");
        BoundaryPlan plan = BoundaryPlan.of(Collections.nCopies(units, Tier.HOST));
        try (CpuBackend backend = new CpuBackend(1)) {
            var pass = new TrainingPass.Plan(16, 2, Retention.BOUNDARY, Adapters.NONE, Set.of())
                    .withBoundaries(TieredBoundaries.placement(plan, host, null));
            long onDevice = Objects.requireNonNull(TrainingPass.measureByUse(backend, spec, ComputeType.F32, pass)
                    .get("boundary activations"));
            assertEquals(BoundaryPlan.USUAL_SLOTS * item, onDevice);
            assertEquals(2L * units * item, host.peakBytes());
            assertEquals(0, host.heldBytes());
        }
    }

    @Test
    void aHostThatIsTooSmallIsTold_andNothingIsLeftBooked() throws IOException {
        MemoryAccount device = MemoryAccount.unlimited("device");
        MemoryAccount host = new MemoryAccount("host", 100);
        PassBits pass = passes(spec("gpt2")).getFirst();
        for (BoundaryPlan plan : plans().subList(1, 3)) {
            try (CpuBackend backend = new CpuBackend(1)) {
                BoundaryPlacement placement = TieredBoundaries.placement(plan, host, folder);
                assertThrows(OverBudgetException.class, () -> pass.of(backend, SEED, placement, device));
            }
        }
        assertEquals(0, device.heldBytes() + host.heldBytes());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    /// With one micro-batch what a visit writes the next one reads; each input of a block goes away once and comes back
    /// once for the backward, but for those that are still in their slots when the backward begins.
    @Test
    void eachInputGoesOnceAndComesOnce() {
        BoundaryPlan plan = BoundaryPlan.of(Collections.nCopies(BoundaryPlan.units(20), Tier.HOST));
        StreamMoves moves = StreamMoves.of(plan, sweep(20, 1), 8);
        long row = 10 * 8 * Float.BYTES;
        assertEquals(moves.toHost(), moves.toDevice());
        assertTrue(moves.toHost() <= 20 * row && moves.toHost() >= (20 - BoundaryPlan.USUAL_SLOTS) * row, "" + moves);
        assertEquals(0, moves.diskRead() + moves.diskWritten());
        BoundaryPlan onDisk = BoundaryPlan.of(Collections.nCopies(BoundaryPlan.units(20), Tier.DISK));
        StreamMoves disk = StreamMoves.of(onDisk, sweep(20, 1), 8);
        assertEquals(moves.toHost(), disk.diskWritten());
        assertEquals(moves.toDevice(), disk.diskRead());
        assertEquals(new StreamMoves(0, 0, 0, 0), StreamMoves.of(BoundaryPlan.onDevice(20), sweep(20, 3), 8));
    }

    private static BoundarySweep sweep(int layers, int microBatches) {
        var rounds = List.of(List.of(Use.READ, Use.NEW_GRADIENT));
        var course = new BoundarySweep.Course.Training(Retention.BOUNDARY, rounds, true);
        return new BoundarySweep(course, layers, Collections.nCopies(microBatches, 10));
    }
}
