package dev.gantry.offload.ranks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.collective.Collective;
import dev.gantry.engine.collective.Traffic;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.ranks.RankedJob.Division.ByBlocks;
import dev.gantry.offload.ranks.RankedJob.Division.ByMicroBatches;
import dev.gantry.offload.ranks.TrainingCase.Trains;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Blocks dealt to ranks: the bits of one rank, and what passes between them.
@Timeout(300)
class DealtBlocksTest {
    private static final double CLIPS = 0.05;

    @TempDir
    private Path folder;

    /// Every family trains everything there is to train, in both types by turns.
    static List<TrainingCase> cases() {
        List<TrainingCase> cases = new ArrayList<>();
        for (String family : TinyDecoders.all().keySet()) {
            for (Trains trains : Trains.values()) {
                ComputeType compute = cases.size() % 2 == 0 ? ComputeType.F32 : ComputeType.BF16;
                cases.add(TrainingCase.of(family, compute, trains, 4 + cases.size() % 3 % 2, CLIPS));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void blocksOfEachRank_giveTheBitsOfOne(TrainingCase job) {
        System.out.println("seed " + TrainingCase.SEED);
        Outcome expected = Outcome.ofOneRank(job);
        for (List<Integer> counts : List.of(List.of(1, 2), List.of(1, 1, 1))) {
            Outcome.ofRanks(job, counts.size(), new ByBlocks(counts)).assertSameAs(expected);
        }
    }

    /// A tied table on the first rank and the last, in either type; an optimizer that needs whole tensors.
    @ParameterizedTest
    @EnumSource(ComputeType.class)
    void tiedTable_andWholeTensors_giveTheBitsOfOne(ComputeType compute) {
        TrainingCase job = TrainingCase.of("gpt2", compute, Trains.EVERYTHING, 1, CLIPS)
                .with(new OptimizerSettings.Lamb(0.9, 0.95, 1e-6, 0.1));
        Outcome expected = Outcome.ofOneRank(job);
        Outcome.ofRanks(job, 2, new ByBlocks(List.of(2, 1))).assertSameAs(expected);
        Outcome.ofRanks(job, 1, new ByBlocks(List.of(3))).assertSameAs(expected);
    }

    @Test
    void checkpointOfDealtBlocks_goesOnInShares_andTheOtherWayRound() throws IOException {
        TrainingCase job = TrainingCase.of("llama-gqa", ComputeType.BF16, Trains.ADAPTERS, 3, CLIPS);
        Outcome expected = Outcome.ofOneRank(job);
        ByBlocks dealt = new ByBlocks(List.of(2, 1));
        ByMicroBatches shares = new ByMicroBatches(ZeroStage.PARAMETERS);
        List<RankedJob.Division> divisions = List.of(dealt, shares, dealt);
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, Outcome.STEPS);
            List<String> results = new ArrayList<>();
            for (int step = 0; step < Outcome.STEPS; step++) {
                try (RankedTraining training = training(job, start, divisions.get(step))) {
                    if (step > 0) {
                        training.resume(folder.resolve("step-" + step));
                    }
                    results.add(Outcome.step(training, start.steps().get(step), step));
                    training.save(Files.createDirectory(folder.resolve("step-" + (step + 1))));
                    if (step == Outcome.STEPS - 1) {
                        new Outcome(results, Outcome.tensors(training, start, arena)).assertSameAs(expected);
                    }
                }
            }
        }
    }

    @Test
    void residualStreamPasses_andNothingElseOfSize() {
        for (Trains trains : List.of(Trains.ADAPTERS, Trains.EVERYTHING)) {
            TrainingCase job = TrainingCase.of("gpt2", ComputeType.F32, trains, 4, CLIPS);
            try (TensorArena arena = new TensorArena()) {
                TrainingCase.Start start = job.start(arena, 2);
                RankedJob ranked = job.job(start, new ByBlocks(List.of(1, 1, 1)));
                try (RankedTraining training = training(job, start, ranked.division())) {
                    training.take(start.steps().getFirst(), TrainingCase.LEARNING_RATE, 0);
                    Traffic before = training.traffic();
                    long allocations = training.allocations();
                    List<TokenBatch> batches = start.steps().getLast();
                    training.take(batches, TrainingCase.LEARNING_RATE, 1);
                    Traffic step = training.traffic().since(before);
                    long tokens = batches.stream().mapToInt(TokenBatch::tokens).sum();
                    long hidden = job.spec().hidden();
                    long table = trains == Trains.EVERYTHING ? job.spec().vocabularySize() * hidden : 0;
                    Traffic most = StepTraffic.of(ranked, 3, batches.size());
                    assertThat(step.receivedBytes().get(Collective.HAND_OVER))
                            .isEqualTo(2 * (2 * tokens * hidden + table) * DType.F32.bytes())
                            .isLessThanOrEqualTo(most.receivedBytes().get(Collective.HAND_OVER));
                    assertThat(step.receivedBytes().get(Collective.ALL_GATHER))
                            .isEqualTo(most.receivedBytes().get(Collective.ALL_GATHER));
                    assertThat(step.receivedBytes()).hasSize(2);
                    assertThat(training.allocations()).isEqualTo(allocations);
                }
            }
        }
    }

    /// Of blocks and what belongs to them, each rank holds its own.
    @Test
    void ranksTakeWhatIsMeasured_eachForItsBlocks() {
        TrainingCase job = TrainingCase.of("llama-gqa", ComputeType.BF16, Trains.EVERYTHING, 4, CLIPS);
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, 1);
            RankedJob ranked = job.job(start, new ByBlocks(List.of(1, 2)));
            RankBytes bytes = RankBytes.measure(ranked, 2);
            List<MemoryAccount> devices = Outcome.devices(2);
            RankedTraining.Memory memory = new RankedTraining.Memory(devices, MemoryAccount.unlimited("shared"));
            try (RankedTraining training = Outcome.training(job, ranked, start, memory)) {
                training.take(start.steps().getFirst(), TrainingCase.LEARNING_RATE, 0);
                for (int rank = 0; rank < 2; rank++) {
                    assertThat(devices.get(rank).peakBytes()).isEqualTo(bytes.bytes(rank));
                }
            }
            long first = bytes.ranks().get(0).getOrDefault("optimizer", 0L);
            long last = bytes.ranks().get(1).getOrDefault("optimizer", 0L);
            long all = RankBytes.measure(job.job(start, ZeroStage.NONE), 1)
                    .ranks()
                    .getFirst()
                    .getOrDefault("optimizer", 0L);
            assertThat(first + last).isEqualTo(all);
        }
    }

    private static RankedTraining training(TrainingCase job, TrainingCase.Start start, RankedJob.Division division) {
        int ranks = division instanceof ByBlocks(List<Integer> counts) ? counts.size() : 2;
        RankedTraining.Memory memory =
                new RankedTraining.Memory(Outcome.devices(ranks), MemoryAccount.unlimited("shared"));
        return Outcome.training(job, job.job(start, division), start, memory);
    }
}
