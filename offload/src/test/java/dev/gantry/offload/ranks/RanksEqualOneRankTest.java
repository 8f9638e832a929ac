package dev.gantry.offload.ranks;

import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.offload.ranks.TrainingCase.Trains;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// N ranks give the bits of one rank on the same global batch: losses, norms, trained values and optimizer states.
@Timeout(900)
class RanksEqualOneRankTest {
    private static final double CLIPS = 0.05;
    private static final double CLIPS_NOTHING = 0;

    /// All of it with as many ranks as fit, fewer micro-batches than ranks, and micro-batches that do not divide.
    static List<TrainingCase> cases() {
        List<TrainingCase> cases = new ArrayList<>();
        for (String family : TinyDecoders.all().keySet()) {
            for (Trains trains : Trains.values()) {
                for (ComputeType compute : ComputeType.values()) {
                    cases.add(TrainingCase.of(family, compute, trains, 5, CLIPS));
                    cases.add(TrainingCase.of(family, compute, trains, 4, CLIPS_NOTHING));
                    cases.add(TrainingCase.of(family, compute, trains, 2, CLIPS));
                }
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyNumberOfRanksAndEveryStage_givesTheSameBits(TrainingCase job) {
        System.out.println("seed " + TrainingCase.SEED);
        Outcome expected = Outcome.ofOneRank(job);
        for (int ranks = 1; ranks <= 4; ranks++) {
            for (ZeroStage stage : ZeroStage.values()) {
                Outcome.ofRanks(job, ranks, stage).assertSameAs(expected);
            }
        }
    }

    /// The same with the products that a machine would choose, and with plain loops.
    @ParameterizedTest
    @EnumSource(
            value = MatmulChoice.class,
            names = {"AUTO", "SCALAR"})
    void whateverTheKernels_theBitsAreTheSame(MatmulChoice kernels) {
        TrainingCase job = TrainingCase.of("gpt2", ComputeType.BF16, Trains.EVERYTHING, 5, CLIPS)
                .with(kernels);
        Outcome expected = Outcome.ofOneRank(job);
        for (ZeroStage stage : ZeroStage.values()) {
            Outcome.ofRanks(job, 3, stage).assertSameAs(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(ComputeType.class)
    void tensorsCutBetweenRanks_giveTheSameBits(ComputeType compute) {
        TrainingCase job = TrainingCase.wide(compute, MatmulChoice.VECTOR);
        Outcome expected = Outcome.ofOneRank(job);
        for (int ranks = 2; ranks <= 4; ranks++) {
            for (ZeroStage stage : ZeroStage.values()) {
                Outcome.ofRanks(job, ranks, stage).assertSameAs(expected);
            }
        }
    }

    @Test
    void moreRanksThanBlocks_giveTheSameBits() {
        TrainingCase job = TrainingCase.of("gpt2", ComputeType.F32, Trains.EVERYTHING, 7, CLIPS);
        Outcome expected = Outcome.ofOneRank(job);
        for (ZeroStage stage : ZeroStage.values()) {
            Outcome.ofRanks(job, 7, stage).assertSameAs(expected);
        }
    }

    /// These optimizers need the norm of each tensor, so ranks own whole tensors.
    @Test
    void layerwiseOptimizers_giveTheSameBits() {
        for (OptimizerSettings optimizer : List.of(
                new OptimizerSettings.Lamb(0.9, 0.95, 1e-6, 0.1), new OptimizerSettings.Lars(0.9, 0.1, 0.001, 1e-8))) {
            TrainingCase job = TrainingCase.of("llama-gqa", ComputeType.BF16, Trains.EVERYTHING, 5, CLIPS)
                    .with(optimizer);
            Outcome expected = Outcome.ofOneRank(job);
            for (ZeroStage stage : ZeroStage.values()) {
                Outcome.ofRanks(job, 3, stage).assertSameAs(expected);
            }
        }
    }
}
