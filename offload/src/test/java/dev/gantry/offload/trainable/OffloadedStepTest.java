package dev.gantry.offload.trainable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.io.AlignedSpan;
import dev.gantry.offload.state.StateLayout;
import dev.gantry.offload.trainable.OffloadedStep.Room;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Training all parameters gives the bits of memory wherever the values live.
class OffloadedStepTest {
    private static final int LAYERS = 5;
    private static final Map<Kind, Share> ON_DISK = shares(Share.ALL_HOST, Share.ALL_DISK, Share.ALL_DISK);

    private final CpuBackend backend = new CpuBackend(2);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    static Map<String, Map<Kind, Share>> placements() {
        Map<String, Map<Kind, Share>> all = new LinkedHashMap<>();
        all.put("device", shares(Share.ALL_DEVICE, Share.ALL_DEVICE, Share.ALL_DEVICE));
        all.put("host", shares(Share.ALL_HOST, Share.ALL_HOST, Share.ALL_HOST));
        all.put("disk", ON_DISK);
        all.put("moments on disk", shares(Share.ALL_DEVICE, Share.ALL_DEVICE, Share.ALL_DISK));
        all.put("masters on disk", shares(Share.ALL_HOST, Share.ALL_DISK, Share.ALL_DEVICE));
        all.put("parts", shares(new Share(0.2, 0.4), new Share(0.4, 0.4), new Share(0.6, 0)));
        all.put("gradients return", shares(Share.ALL_HOST, Share.ALL_DEVICE, Share.ALL_DEVICE));
        all.put("gradients on disk", shares(Share.ALL_DISK, Share.ALL_HOST, Share.ALL_HOST));
        all.put("gradients return from disk", shares(Share.ALL_DISK, Share.ALL_DEVICE, Share.ALL_DEVICE));
        all.put("parameters pass", with(Share.ALL_HOST, ON_DISK));
        all.put("everything on disk", with(Share.ALL_DISK, shares(Share.ALL_DISK, Share.ALL_DISK, Share.ALL_DISK)));
        all.put(
                "parameters anywhere",
                with(new Share(0.4, 0.2), shares(new Share(0.6, 0.4), Share.ALL_DEVICE, Share.ALL_DEVICE)));
        return all;
    }

    private static Map<Kind, Share> with(Share parameters, Map<Kind, Share> others) {
        Map<Kind, Share> shares = new EnumMap<>(others);
        shares.put(Kind.PARAMETER, parameters);
        return shares;
    }

    private static Map<Kind, Share> shares(Share gradient, Share master, Share moments) {
        Map<Kind, Share> shares = new EnumMap<>(Kind.class);
        shares.put(Kind.GRADIENT, gradient);
        shares.put(Kind.MASTER, master);
        shares.put(Kind.MOMENTS, moments);
        return shares;
    }

    static Stream<String> families() {
        return TinyDecoders.all().keySet().stream();
    }

    private static DecoderSpec spec(String family) {
        DecoderSpec tiny = Objects.requireNonNull(TinyDecoders.all().get(family));
        return FullRun.withVocabulary(TinyDecoders.withLayers(tiny, LAYERS), 151);
    }

    private OffloadedStep open(FullRun run, TrainablePlan plan, Origin origin) {
        Room room = new Room(MemoryAccount.unlimited("device"), MemoryAccount.unlimited("host"), folder);
        return new OffloadedStep(backend, run.layout(), plan, run.job(), room, origin);
    }

    private List<Long> bits(FullRun run, TrainablePlan plan) {
        List<Long> bits = new ArrayList<>();
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = open(run, plan, Origin.fresh(FullRun.source(run.start(arena))))) {
            run.take(step, 1, bits);
            long allocations = step.allocations();
            run.take(step, run.steps(), bits);
            assertEquals(allocations, step.allocations(), "native allocations after the first step");
            run.collect(step, bits);
        }
        return bits;
    }

    @ParameterizedTest
    @MethodSource("families")
    void anyPlacementGivesTheBitsOfMemory(String family) {
        for (ComputeType compute : ComputeType.values()) {
            for (double maxNorm : new double[] {0, 0.5}) {
                FullRun run = FullRun.of(spec(family), compute, maxNorm);
                List<Long> truth = run.truth(backend);
                placements().forEach((name, shares) -> {
                    TrainablePlan plan = TrainablePlan.spread(run.layout(), shares, 2);
                    assertEquals(truth, bits(run, plan), family + " " + compute + " norm " + maxNorm + " " + name);
                });
            }
        }
    }

    @Test
    void microBatchesAndRetentionDoNotMatter() {
        FullRun base = FullRun.of(spec("gpt2"), ComputeType.F32, 0.5);
        List<List<int[]>> shapes =
                List.of(List.of(new int[] {7}), List.of(new int[] {4}, new int[] {2, 5}, new int[] {3, 3}));
        for (List<int[]> sequences : shapes) {
            for (Retention retention : Retention.values()) {
                FullRun run = base.withSequences(sequences, retention);
                TrainablePlan plan = TrainablePlan.spread(run.layout(), ON_DISK, 2);
                assertEquals(run.truth(backend), bits(run, plan));
            }
        }
    }

    @Test
    void aRunGoesOnUnderAnyOtherPlacement() {
        for (double maxNorm : new double[] {0, 0.5}) {
            FullRun run = FullRun.of(spec("opt-350m"), ComputeType.BF16, maxNorm);
            List<Long> truth = run.truth(backend);
            List<String> names = List.copyOf(placements().keySet());
            for (int i = 0; i < names.size(); i++) {
                String first = names.get(i);
                String second = names.get((i + 1) % names.size());
                assertEquals(truth, resumed(run, first, second), first + " then " + second);
            }
        }
    }

    private List<Long> resumed(FullRun run, String first, String second) {
        List<Long> bits = new ArrayList<>();
        try (TensorArena arena = new TensorArena()) {
            StateSource saved;
            try (OffloadedStep step = open(run, plan(run, first), Origin.fresh(FullRun.source(run.start(arena))))) {
                run.take(step, 2, bits);
                saved = run.saved(step, arena);
            }
            try (OffloadedStep step = open(run, plan(run, second), new Origin(saved, 2, Origin.Disk.WRITTEN))) {
                run.take(step, run.steps(), bits);
                run.collect(step, bits);
            }
        }
        return bits;
    }

    private static TrainablePlan plan(FullRun run, String placement) {
        return TrainablePlan.spread(
                run.layout(), Objects.requireNonNull(placements().get(placement)), 2);
    }

    @Test
    void aKeptGenerationIsGoneOnFrom() {
        FullRun run = FullRun.of(spec("llama-gqa"), ComputeType.BF16, 0.5);
        TrainablePlan plan = TrainablePlan.spread(run.layout(), ON_DISK, 1);
        List<Long> bits = new ArrayList<>();
        try (TensorArena arena = new TensorArena()) {
            try (OffloadedStep step = open(run, plan, Origin.fresh(FullRun.source(run.start(arena))))) {
                run.take(step, 2, bits);
                step.checkpoint();
                run.take(step, 3, new ArrayList<>()); // lost
            }
            StateSource none = (tensor, array, from, into) -> {
                throw new AssertionError(tensor.name() + " lives on disk");
            };
            try (OffloadedStep step = open(run, plan, new Origin(none, 2, Origin.Disk.KEPT))) {
                run.take(step, run.steps(), bits);
                run.collect(step, bits);
            }
        }
        assertEquals(run.truth(backend), bits);
    }

    @Test
    void gradientsOfBlocksTakeTurnsInTheirSlots() {
        FullRun run = FullRun.of(spec("gpt2"), ComputeType.F32, 0.5);
        RecordLayout layout = run.layout();
        MemoryAccount device = MemoryAccount.unlimited("device");
        MemoryAccount host = MemoryAccount.unlimited("host");
        TrainablePlan plan = TrainablePlan.spread(layout, ON_DISK, 1);
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = new OffloadedStep(
                        backend,
                        layout,
                        plan,
                        run.job(),
                        new Room(device, host, folder),
                        Origin.fresh(FullRun.source(run.start(arena))))) {
            run.take(step, 2, new ArrayList<>());
            int outside = layout.records() - layout.blocks();
            long record = layout.arrayBytes();
            assertEquals((TrainablePlan.GRADIENT_SLOTS + outside) * record, held(device, "gradients"));
            assertEquals(LAYERS * record, held(host, "gradients that wait"));
            assertTrue(device.snapshot().owners().keySet().stream().noneMatch(name -> name.contains("states")));
        }
        assertEquals(0, device.heldBytes());
        assertEquals(0, host.heldBytes());
    }

    @Test
    void everyByteIsMovedOnce() {
        FullRun run = FullRun.of(spec("llama-gqa"), ComputeType.BF16, 0.5);
        RecordLayout layout = run.layout();
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = open(run, plan(run, "disk"), Origin.fresh(FullRun.source(run.start(arena))))) {
            run.take(step, 1, new ArrayList<>());
            Traffic before = step.traffic();
            run.take(step, 3, new ArrayList<>());
            Traffic moved = step.traffic().since(before);
            long states = 0;
            for (int arrays = 1; arrays <= 2; arrays++) {
                states += new StateLayout(layout.records(), arrays, layout.elements(), "any").recordBytes();
            }
            assertEquals(2L * layout.records() * states, moved.diskRead());
            assertEquals(2L * layout.records() * states, moved.diskWritten());
            assertEquals(2L * layout.records() * layout.arrayBytes(), moved.toHost());
            assertEquals(2L * parameterBytes(run), moved.toDevice());
        }
    }

    @Test
    void gradientsOnDiskAreWrittenAndReadOnceAStep_throughTwoBuffers() {
        FullRun run = FullRun.of(spec("llama-gqa"), ComputeType.F32, 0.5);
        RecordLayout layout = run.layout();
        long record = AlignedSpan.roundUp(layout.arrayBytes());
        Room room = new Room(MemoryAccount.unlimited("device"), MemoryAccount.unlimited("host"), folder);
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = new OffloadedStep(
                        backend,
                        layout,
                        plan(run, "gradients on disk"),
                        run.job(),
                        room,
                        Origin.fresh(FullRun.source(run.start(arena))))) {
            run.take(step, 1, new ArrayList<>());
            Traffic before = step.traffic();
            run.take(step, 3, new ArrayList<>());
            Traffic moved = step.traffic().since(before);
            assertEquals(2L * LAYERS * record, moved.diskWritten());
            assertEquals(2L * LAYERS * record, moved.diskRead());
            assertEquals(2 * record, held(room.host(), "gradients on their way"));
            assertEquals(0, held(room.host(), "gradients that wait"));
        }
    }

    @Test
    void withoutClippingNoGradientWaits() {
        FullRun run = FullRun.of(spec("gpt2"), ComputeType.F32, 0);
        OffloadedStep.Needs needs =
                OffloadedStep.measure(backend, run.layout(), plan(run, "gradients on disk"), run.job());
        assertEquals(0, needs.fileBytes());
        assertEquals(0, needs.updates().diskRead() + needs.passing().diskWritten());
    }

    @Test
    void whatIsMeasuredBeforehandIsWhatIsTakenAndMoved() {
        for (String family : List.of("gpt2", "llama-gqa", "opt-350m")) {
            for (ComputeType compute : ComputeType.values()) {
                for (double maxNorm : new double[] {0, 0.5}) {
                    FullRun run = FullRun.of(spec(family), compute, maxNorm);
                    placements().keySet().forEach(name -> assertMeasured(run, plan(run, name), family + " " + name));
                }
            }
        }
    }

    @Test
    void aStreamOffTheDeviceIsMovedAsMeasured() {
        FullRun run = FullRun.of(spec("gpt2"), ComputeType.F32, 0.5);
        FullRun largest = run.withSequences(
                List.of(new int[] {FullRun.MAX_TOKENS}, new int[] {6, FullRun.MAX_TOKENS - 6}), Retention.BOUNDARY);
        for (Tier tier : List.of(Tier.HOST, Tier.DISK)) {
            OffloadedStep.Job job = new OffloadedStep.Job(
                    FullRun.ADAMW,
                    run.maxNorm(),
                    FullRun.MAX_TOKENS,
                    2,
                    Retention.BOUNDARY,
                    BoundaryPlan.of(Collections.nCopies(BoundaryPlan.units(LAYERS), tier)));
            assertMeasured(largest, plan(run, "gradients on disk"), job, "stream on " + tier);
        }
    }

    private void assertMeasured(FullRun run, TrainablePlan plan, String what) {
        assertMeasured(run, plan, run.job(), what);
    }

    private void assertMeasured(FullRun run, TrainablePlan plan, OffloadedStep.Job job, String what) {
        OffloadedStep.Needs needs = OffloadedStep.measure(backend, run.layout(), plan, job);
        Room room = new Room(
                MemoryAccount.unlimited("device"), MemoryAccount.unlimited("host"), folder, "a run of the test");
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = new OffloadedStep(
                        backend, run.layout(), plan, job, room, Origin.fresh(FullRun.source(run.start(arena))))) {
            Traffic before = step.traffic();
            run.take(step, 1, new ArrayList<>());
            assertEquals(needs.device(), room.device().snapshot().owners(), what);
            assertEquals(needs.host(), room.host().snapshot().owners(), what);
            assertEquals(needs.deviceBytes(), room.device().peakBytes(), what);
            assertEquals(needs.hostBytes(), room.host().peakBytes(), what);
            Traffic moved = step.traffic().since(before);
            assertEquals(needs.updates().plus(needs.passing()), moved, what);
        }
    }

    @Test
    void momentsKeptOnDiskServeAnotherPlacement() {
        FullRun run = FullRun.of(spec("gpt2"), ComputeType.F32, 0.5);
        TrainablePlan first = plan(run, "parts");
        List<Long> bits = new ArrayList<>();
        Room room = new Room(MemoryAccount.unlimited("device"), MemoryAccount.unlimited("host"), folder, "a");
        Room elsewhere = new Room(room.device(), room.host(), folder.resolve("elsewhere"), "b");
        try (TensorArena arena = new TensorArena()) {
            StateSource inMemory;
            try (OffloadedStep step = new OffloadedStep(
                    backend, run.layout(), first, run.job(), room, Origin.fresh(FullRun.source(run.start(arena))))) {
                run.take(step, 2, bits);
                step.checkpoint();
                inMemory = run.saved(step, arena);
            }
            try (KeptMoments kept = new KeptMoments(run.layout(), first, room, 2)) {
                assertTrue(run.model().tensors().stream().anyMatch(kept::holds));
                StateSource mixed = (tensor, array, from, into) -> {
                    if (array != StateArray.MASTER && kept.holds(tensor)) {
                        kept.read(tensor, array, from, into);
                    } else {
                        inMemory.read(tensor, array, from, into);
                    }
                };
                Origin origin = new Origin(mixed, 2, Origin.Disk.WRITTEN);
                try (OffloadedStep step =
                        new OffloadedStep(backend, run.layout(), plan(run, "disk"), run.job(), elsewhere, origin)) {
                    run.take(step, run.steps(), bits);
                    run.collect(step, bits);
                }
            }
            assertRefused("STATE-FILE-OTHER", run, first, new Room(room.device(), room.host(), folder, "c"), 2);
            assertRefused("STATE-GENERATION-MISSING", run, first, room, 3);
            Room empty = new Room(room.device(), room.host(), folder.resolve("empty"), "a");
            assertRefused("STATE-FILE-MISSING", run, first, empty, 2);
        }
        assertEquals(run.truth(backend), bits);
        assertEquals(0, room.device().heldBytes() + room.host().heldBytes());
    }

    private static void assertRefused(String code, FullRun run, TrainablePlan plan, Room room, long step) {
        GantryException refusal =
                assertThrows(GantryException.class, () -> new KeptMoments(run.layout(), plan, room, step));
        assertEquals(code, refusal.code());
    }

    /// Matrices in bf16, all else in f32; no head is tied here.
    private static long parameterBytes(FullRun run) {
        return run.model().tensors().stream()
                .mapToLong(tensor -> {
                    boolean matrix =
                            tensor.id().module().isLinear() && tensor.id().part() == ParameterId.Part.WEIGHT;
                    return tensor.elements() * (matrix ? 2 : 4);
                })
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"disk", "everything on disk"})
    void aStepThatIsNotFiniteChangesNothing(String placement) {
        FullRun run = FullRun.of(spec("gpt2"), ComputeType.F32, 0.5);
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = open(run, plan(run, placement), Origin.fresh(poisoned(run, arena)))) {
            List<Long> before = new ArrayList<>();
            run.collect(step, before);
            List<TokenBatch> batches = run.batches(arena);
            assertFalse(step.take(batches, 0.1, 0).isFinite());
            assertFalse(step.take(batches, 0.1, 0).isFinite());
            List<Long> after = new ArrayList<>();
            run.collect(step, after);
            assertEquals(before, after);
            assertEquals(0, step.steps());
        }
    }

    @Test
    void withoutClippingAStepThatIsNotFiniteIsTheLast() {
        FullRun run = FullRun.of(spec("gpt2"), ComputeType.F32, 0);
        try (TensorArena arena = new TensorArena();
                OffloadedStep step = open(run, plan(run, "disk"), Origin.fresh(poisoned(run, arena)))) {
            List<TokenBatch> batches = run.batches(arena);
            assertFalse(step.take(batches, 0.1, 0).isFinite());
            assertThrows(IllegalStateException.class, () -> step.take(batches, 0.1, 0));
        }
    }

    private static StateSource poisoned(FullRun run, TensorArena arena) {
        StateSource sound = FullRun.source(run.start(arena));
        return (tensor, array, from, into) -> {
            sound.read(tensor, array, from, into);
            if (array == StateArray.MASTER && tensor.id().layer() == 1) {
                into.data().set(ValueLayout.JAVA_FLOAT, 0, Float.NaN);
            }
        };
    }

    @Test
    void optimizersThatLookAtWholeTensorsAreRefused() {
        FullRun run = FullRun.of(spec("gpt2"), ComputeType.F32, 0);
        List<OptimizerSettings> refused = List.of(
                new OptimizerSettings.Lamb(0.9, 0.99, 1e-8, 0), new OptimizerSettings.Lars(0.9, 0, 0.001, 1e-8));
        for (OptimizerSettings settings : refused) {
            var job = new OffloadedStep.Job(settings, 0, 16, 1, Retention.BOUNDARY);
            Room room = new Room(MemoryAccount.unlimited("device"), MemoryAccount.unlimited("host"), null);
            Origin origin = Origin.fresh((tensor, array, from, into) -> {});
            GantryException refusal = assertThrows(
                    GantryException.class,
                    () -> new OffloadedStep(backend, run.layout(), plan(run, "host"), job, room, origin));
            assertEquals("OFFLOAD-OPTIMIZER", refusal.code());
        }
    }

    private static long held(MemoryAccount account, String owner) {
        return account.snapshot().owners().getOrDefault(owner, 0L);
    }
}
