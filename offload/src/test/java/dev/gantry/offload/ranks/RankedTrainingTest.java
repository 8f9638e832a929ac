package dev.gantry.offload.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.collective.Collective;
import dev.gantry.engine.collective.Traffic;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.ranks.TrainingCase.Trains;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What ranks hold, move and say, apart from the numbers.
@Timeout(600)
class RankedTrainingTest {
    private static final double CLIPS = 0.05;

    @ParameterizedTest
    @CsvSource({
        "gpt2, EVERYTHING, F32",
        "gpt2, EVERYTHING, BF16",
        "llama-gqa, EVERYTHING, BF16",
        "gpt2, ADAPTERS, F32",
        "llama-gqa, ADAPTERS, BF16",
        "bloom, ADAPTERS_AND_SOME_PARAMETERS, BF16"
    })
    void bytesThatCross_areThoseForetold(String family, Trains trains, ComputeType compute) {
        TrainingCase job = TrainingCase.of(family, compute, trains, 5, CLIPS);
        for (int ranks = 1; ranks <= 4; ranks++) {
            for (ZeroStage stage : ZeroStage.values()) {
                assertTrafficAsForetold(job, ranks, stage);
            }
        }
    }

    private static void assertTrafficAsForetold(TrainingCase job, int ranks, ZeroStage stage) {
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, 3);
            try (RankedTraining training = Outcome.training(job, start, ranks, stage)) {
                training.take(start.steps().getFirst(), 0.01, 0);
                Traffic before = training.traffic();
                training.take(start.steps().get(1), 0.01, 1);
                training.take(start.steps().get(2), 0.01, 2);
                Traffic foretold = StepTraffic.of(job.job(start, stage), ranks, job.microBatches());
                assertThat(training.traffic().since(before)).isEqualTo(foretold.plus(foretold));
            }
        }
    }

    /// For adapters and no sharding: the sums go once through all ranks and once back to all but the last.
    @Test
    void adaptersOfLoraCrossTwiceForEveryOtherRank() {
        TrainingCase job = TrainingCase.of("llama-gqa", ComputeType.F32, Trains.ADAPTERS, 4, CLIPS);
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, 1);
            long padded = start.tensors().stream()
                    .mapToLong(tensor -> (tensor.elements() + 15) / 16 * 16 * 4)
                    .sum();
            Traffic step = StepTraffic.of(job.job(start, ZeroStage.NONE), 4, 4);
            assertThat(step.received())
                    .isEqualTo(Map.of(
                                    Collective.HAND_OVER, 2 * 3 * padded, // gradients
                                    Collective.ALL_GATHER, 3 * 4 * 8L) // losses
                            .values()
                            .stream()
                            .mapToLong(Long::longValue)
                            .sum());
        }
    }

    @ParameterizedTest
    @CsvSource({"EVERYTHING, 3", "ADAPTERS, 3"})
    void blocksAreGatheredAsOftenAsTheScheduleNeeds(Trains trains, int layers) {
        TrainingCase job = TrainingCase.of("llama-gqa", ComputeType.F32, trains, 4, CLIPS);
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, 3);
            try (RankedTraining training = Outcome.training(job, start, 2, ZeroStage.PARAMETERS)) {
                List<Long> gathers = new ArrayList<>();
                for (int step = 0; step < 3; step++) {
                    long before = training.gatheredBlocks();
                    training.take(start.steps().get(step), 0.01, step);
                    gathers.add((training.gatheredBlocks() - before) / training.count());
                }
                int slots = GatheredBlocks.SLOTS;
                long first = 2L * layers - slots;
                long later = trains == Trains.EVERYTHING ? first : 2L * (layers - slots);
                assertThat(gathers).containsExactly(first, later, later);
            }
        }
    }

    /// With N ranks each holds an N-th, to within the grain of the cuts.
    @ParameterizedTest
    @EnumSource(ComputeType.class)
    void stagesHoldAnNthOfWhatTheyShard(ComputeType compute) {
        TrainingCase job = TrainingCase.wide(compute, MatmulChoice.VECTOR);
        long masterBytes = compute == ComputeType.F32 ? 0 : 4;
        for (ZeroStage stage : ZeroStage.values()) {
            try (TensorArena arena = new TensorArena()) {
                TrainingCase.Start start = job.start(arena, 1);
                ShardPlan plan = new ShardPlan(job.job(start, stage), 4);
                List<MemoryAccount> devices = Outcome.devices(4);
                try (RankedTraining training = Outcome.training(job, start, devices, stage)) {
                    for (int rank = 0; rank < training.count(); rank++) {
                        Map<String, Long> held = devices.get(rank).snapshot().owners();
                        assertThat(held).containsEntry("optimizer", states(plan, rank));
                        assertThat(held).containsEntry("gradients", gradients(plan, rank));
                        assertThat(held).containsEntry("weights", weights(plan, rank, compute));
                        if (masterBytes > 0) {
                            assertThat(held).containsEntry("masters", masters(plan, rank));
                        }
                    }
                }
                assertThat(devices)
                        .allSatisfy(device -> assertThat(device.heldBytes()).isZero());
            }
        }
    }

    /// What is counted beforehand is what is held, to the byte, whatever is sharded.
    @ParameterizedTest
    @CsvSource({
        "gpt2, EVERYTHING, F32",
        "gpt2, EVERYTHING, BF16",
        "llama-gqa, ADAPTERS, F32",
        "llama-gqa, ADAPTERS, BF16",
        "opt-350m, ADAPTERS_AND_SOME_PARAMETERS, BF16"
    })
    void bytesOfRanks_areThoseForetold(String family, Trains trains, ComputeType compute) {
        TrainingCase job = TrainingCase.of(family, compute, trains, 5, CLIPS);
        for (ZeroStage stage : ZeroStage.values()) {
            try (TensorArena arena = new TensorArena()) {
                TrainingCase.Start start = job.start(arena, 1);
                List<MemoryAccount> devices = Outcome.devices(3);
                MemoryAccount shared = MemoryAccount.unlimited("shared");
                RankBytes foretold = RankBytes.measure(job.job(start, stage), 3);
                try (RankedTraining training =
                        Outcome.training(job, start, new RankedTraining.Memory(devices, shared), stage)) {
                    training.take(start.steps().getFirst(), 0.01, 0);
                    for (int rank = 0; rank < 3; rank++) {
                        Map<String, Long> held = new TreeMap<>(foretold.ranks().get(rank));
                        held.values().removeIf(bytes -> bytes == 0);
                        assertThat(devices.get(rank).snapshot().owners()).isEqualTo(held);
                        assertThat(devices.get(rank).peakBytes()).isEqualTo(foretold.bytes(rank));
                    }
                    assertThat(shared.peakBytes()).isEqualTo(foretold.sharedBytes());
                }
                assertThat(shared.heldBytes()).isZero();
            }
        }
    }

    private static long states(ShardPlan plan, int rank) {
        long bytes = 0;
        for (int unit = 0; unit < plan.units(); unit++) {
            for (UnitLayout.Slice slice : plan.unit(unit).slices(rank)) {
                bytes += 2 * TensorArena.roundedBytes(4L * slice.count());
            }
        }
        return bytes;
    }

    private static long masters(ShardPlan plan, int rank) {
        long bytes = 0;
        for (int unit = 0; unit < plan.units(); unit++) {
            UnitLayout layout = plan.unit(unit);
            bytes += layout.isReadyInF32() ? 0 : 4 * layout.shareElements(rank);
        }
        return bytes;
    }

    private static long gradients(ShardPlan plan, int rank) {
        boolean sharded = plan.stage().includes(ZeroStage.GRADIENTS);
        long bytes = 0;
        for (int unit = 0; unit < plan.units(); unit++) {
            UnitLayout layout = plan.unit(unit);
            bytes += sharded && plan.isBlock(unit) ? 0 : layout.flatBytes();
            bytes += sharded ? 4 * layout.shareElements(rank) : 0;
        }
        return sharded ? bytes + 2 * plan.unit(plan.block(0)).flatBytes() : bytes;
    }

    private static long weights(ShardPlan plan, int rank, ComputeType compute) {
        long bytes = 0;
        for (int unit = 0; unit < plan.units(); unit++) {
            UnitLayout layout = plan.unit(unit);
            bytes += plan.isGathered(unit) ? layout.readyShareBytes(rank) : layout.readyBytes();
        }
        if (plan.isGathered(plan.block(0))) {
            long chunk = (plan.unit(plan.block(0)).readyBytes() + 4095) / 4096 * 4096;
            bytes += GatheredBlocks.SLOTS * chunk;
        }
        return compute == ComputeType.F32 ? bytes : bytes + TensorArena.roundedBytes(2L * 301 * 192);
    }

    @ParameterizedTest
    @EnumSource(ZeroStage.class)
    void stepsAllocateNoNativeMemory(ZeroStage stage) {
        TrainingCase job = TrainingCase.of("gpt2", ComputeType.BF16, Trains.EVERYTHING, 5, CLIPS);
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, 3);
            try (RankedTraining training = Outcome.training(job, start, 3, stage)) {
                long before = training.allocations();
                for (int step = 0; step < 3; step++) {
                    training.take(start.steps().get(step), 0.01, step);
                    training.lossSum(start.steps().get(step));
                }
                assertThat(training.allocations()).isEqualTo(before);
                assertThat(training.steps()).isEqualTo(3);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ZeroStage.class)
    void stepThatIsNotFinite_changesNothing(ZeroStage stage) {
        TrainingCase job = TrainingCase.of("llama-gqa", ComputeType.F32, Trains.EVERYTHING, 4, CLIPS);
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, 1);
            Matrix norm = Objects.requireNonNull(start.values().get("final_norm.weight"));
            norm.data().setAtIndex(ValueLayout.JAVA_FLOAT, 0, Float.POSITIVE_INFINITY);
            try (RankedTraining training = Outcome.training(job, start, 3, stage)) {
                Map<String, String> before = Outcome.tensors(training, start, arena);
                StepResult result = training.take(start.steps().getFirst(), 0.01, 0);
                assertThat(result.isFinite()).isFalse();
                assertThat(training.steps()).isZero();
                assertThat(Outcome.tensors(training, start, arena)).isEqualTo(before);
            }
        }
    }

    @Test
    void tooSmallADeviceOfOneRank_isSaid_andNothingStaysHeld() {
        TrainingCase job = TrainingCase.of("gpt2", ComputeType.F32, Trains.EVERYTHING, 4, CLIPS);
        List<MemoryAccount> devices = List.of(
                MemoryAccount.unlimited("rank 0"),
                new MemoryAccount("rank 1", 40_000),
                MemoryAccount.unlimited("rank 2"));
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, 1);
            assertThatThrownBy(() -> Outcome.training(job, start, devices, ZeroStage.GRADIENTS))
                    .isInstanceOf(OverBudgetException.class)
                    .hasMessageContaining("rank 1");
        }
        assertThat(devices).allSatisfy(device -> assertThat(device.heldBytes()).isZero());
    }

    /// An id that no vocabulary here has fails in the forward, such a label while other ranks wait for the sums.
    @ParameterizedTest
    @EnumSource(ZeroStage.class)
    void failureOfOneRankInTheMiddleOfAStep_endsAll_andFreesEverything(ZeroStage stage) {
        TrainingCase job = TrainingCase.of("gpt2", ComputeType.F32, Trains.EVERYTHING, 4, CLIPS);
        List<MemoryAccount> devices = Outcome.devices(4);
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, 2);
            for (int victim = 0; victim < 4; victim++) {
                try (RankedTraining training = Outcome.training(job, start, devices, stage)) {
                    training.take(start.steps().getFirst(), 0.01, 0);
                    List<TokenBatch> batches = new ArrayList<>(start.steps().get(1));
                    int[] bad = {victim % 2 == 0 ? 999 : 0, victim % 2 == 0 ? 0 : 999};
                    batches.set(
                            victim, new TokenBatch.Buffers(1, arena).fill(new int[] {bad[0]}, new int[] {bad[1]}, 1));
                    assertThatThrownBy(() -> training.take(batches, 0.01, 1))
                            .isInstanceOf(IndexOutOfBoundsException.class)
                            .hasMessageContaining("999");
                    assertThatThrownBy(() -> training.take(start.steps().get(1), 0.01, 1))
                            .isInstanceOfSatisfying(
                                    GantryException.class,
                                    failure -> assertThat(failure.code()).isEqualTo("RANK-FAILED"));
                }
                assertThat(devices)
                        .allSatisfy(device -> assertThat(device.heldBytes()).isZero());
            }
        }
    }

    @Test
    void tensorOfAnotherSize_isRefused() {
        TrainingCase job = TrainingCase.of("gpt2", ComputeType.F32, Trains.EVERYTHING, 4, CLIPS);
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, 1);
            try (RankedTraining training = Outcome.training(job, start, 2, ZeroStage.OPTIMIZER)) {
                assertThatThrownBy(() -> training.read("final_norm.weight", arena.matrix(DType.F32, 1, 13)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("there are 12 elements of final_norm.weight (value), not 13");
                assertThatThrownBy(() -> training.read("nothing", arena.matrix(DType.F32, 1, 13)))
                        .hasMessage("there are 0 elements of nothing (value), not 13");
            }
        }
    }
}
