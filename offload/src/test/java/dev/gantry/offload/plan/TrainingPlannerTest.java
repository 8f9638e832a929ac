package dev.gantry.offload.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.AttentionSpec.QkvProjection;
import dev.gantry.engine.decoder.Bias;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.NormSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.decoder.RotaryScaling;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrainingPlannerTest {
    private static final DecoderSpec SPEC = new DecoderSpec(
            64,
            32,
            32,
            3,
            128,
            new PositionSpec.Rotary(10_000, 8, new RotaryScaling.None()),
            new NormSpec(NormSpec.Kind.RMS_NORM, 1e-5f, NormSpec.Placement.PRE),
            new AttentionSpec(4, 2, 8, 0.35f, 0, QkvProjection.SEPARATE, Bias.ABSENT, Bias.ABSENT),
            new MlpSpec(48, Activation.SILU, MlpSpec.Gating.GATED, Bias.ABSENT),
            DecoderSpec.EmbeddingNorm.ABSENT,
            DecoderSpec.FinalNorm.PRESENT,
            DecoderSpec.Head.TIED,
            DecoderSpec.LinearLayout.OUT_IN);

    private static final MachineRates RATES = new MachineRates(1e11, 1e10);

    /// Two measurements never agree to the last bit.
    @Test
    void ratesOfOneMoment_areMeasuredOnce() {
        try (CpuBackend backend = new CpuBackend(1)) {
            TrainingJob job = job(ComputeType.F32);
            MomentRates moment = new MomentRates();
            MachineRates first = moment.of(backend, job);
            MachineRates again = moment.of(backend, job.withHalvedMicroBatches());
            assertThat(again.copyBytesPerSecond()).isEqualTo(first.copyBytesPerSecond());
            assertThat(again.compute().of(job, Retention.EVERYTHING))
                    .isEqualTo(first.compute().of(job, Retention.EVERYTHING));
        }
    }

    @Test
    void plannedBytesAreThoseAllocated_whenTrainingAdapters() {
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            Map<ParameterId, Tensor> tensors = new HashMap<>();
            for (ParameterSpec parameter : DecoderParameters.of(SPEC)) {
                tensors.put(
                        parameter.id(),
                        arena.allocate(DType.BF16, parameter.shape().toArray()));
            }
            TrainingJob job = job(ComputeType.F32);
            TrainingPlan plan = new TrainingPlanner(backend, 1).plan(job, RATES, Long.MAX_VALUE);
            DecoderModel model = new DecoderModel(SPEC, tensors);
            AdapterSite site = new AdapterSite(1, Module.QUERY);
            LowRank adapter = new LowRank(arena.matrix(DType.F32, 4, 32), arena.matrix(DType.F32, 32, 4), 1, 0);
            TrainingPass.Plan passPlan =
                    new TrainingPass.Plan(100, 2, Retention.EVERYTHING, new Adapters(Map.of(site, adapter)), Set.of());
            try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32);
                    TrainingPass pass = new TrainingPass(backend, weights.weights(), passPlan)) {
                assertThat(bytes(plan, "activations and workspace")).isEqualTo(pass.bytes());
                assertThat(bytes(plan, "converted weights")).isEqualTo(weights.bytes());
                assertThat(bytes(plan, "weights in the model's files"))
                        .isEqualTo(tensors.values().stream()
                                .mapToLong(Tensor::bytes)
                                .sum());
            }
        }
    }

    @Test
    void layersAreRecomputed_onlyWhenMemoryAsksForIt() {
        try (CpuBackend backend = new CpuBackend(1)) {
            TrainingPlanner planner = new TrainingPlanner(backend, 1);
            TrainingPlan roomy = planner.plan(job(ComputeType.F32), RATES, Long.MAX_VALUE);
            assertThat(roomy.retention()).isEqualTo(Retention.EVERYTHING);
            assertThat(roomy.changes()).isEmpty();
            TrainingPlan tight = planner.plan(
                    job(ComputeType.F32), RATES, roomy.tier(Tier.DEVICE).bytes() - 1);
            assertThat(tight.retention()).isEqualTo(Retention.BOUNDARY);
            assertThat(tight.fits()).isTrue();
            assertThat(tight.tokensPerSecond()).isLessThan(roomy.tokensPerSecond());
        }
    }

    @Test
    void changesThatWouldFitAreNamed_whenTheJobDoesNot() {
        try (CpuBackend backend = new CpuBackend(1)) {
            TrainingPlanner planner = new TrainingPlanner(backend, 1);
            TrainingJob job = job(ComputeType.F32);
            TrainingPlan roomy = planner.plan(job, RATES, Budgets.UNLIMITED);
            long least = least(planner, job, roomy.tier(Tier.DEVICE).bytes());
            TrainingPlan plan = planner.plan(job, RATES, new Budgets(least - 1, Long.MAX_VALUE));
            assertThat(plan.fits()).isFalse();
            assertThat(plan.changes()).anyMatch(change -> change.what().contains("bf16"));
            assertThat(plan.changes()).allMatch(change -> change.deviceBytes() < least);
        }
    }

    @Test
    void blocksLeaveTheDevice_onlyAsFarAsMemoryAsksForIt() {
        try (CpuBackend backend = new CpuBackend(1)) {
            TrainingPlanner planner = new TrainingPlanner(backend, 1);
            TrainingJob job = job(ComputeType.BF16);
            long enough = planner.plan(job, RATES, Budgets.UNLIMITED)
                    .tier(Tier.DEVICE)
                    .bytes();
            long least = least(planner, job, enough);
            for (long device = least; device <= enough; device += 4096) {
                TrainingPlan plan = planner.plan(job, RATES, new Budgets(device, Long.MAX_VALUE));
                assertThat(plan.fits()).isTrue();
                assertThat(plan.tier(Tier.DEVICE).bytes()).isBetween(least, device);
                FrozenPlan blocks = ((Placement.Weights.Tiered) plan.placement().weights()).plan();
                int streamed = blocks.count(Tier.HOST) + blocks.count(Tier.DISK);
                assertThat(plan.moved().blocks()).isEqualTo(2L * (streamed - blocks.slots()));
            }
        }
    }

    @Test
    void theStreamLeavesTheDevice_whenMemoryAsksForIt() {
        try (CpuBackend backend = new CpuBackend(1)) {
            TrainingPlanner planner = new TrainingPlanner(backend, 1);
            TrainingJob job = job(ComputeType.BF16);
            TrainingPlan roomy = planner.plan(job, RATES, Budgets.UNLIMITED);
            assertThat(boundaries(roomy).leavesDevice()).isFalse();
            long enough = roomy.tier(Tier.DEVICE).bytes();
            Placed onDevice = new Placed(null, Share.ALL_DEVICE, null);
            long staying = least(planner, job, enough, onDevice);
            long leaving = least(planner, job, enough, Placed.NOTHING);
            assertThat(leaving).isLessThan(staying);
            TrainingPlan plan = planner.plan(job, RATES, new Budgets(staying - 1, Long.MAX_VALUE));
            assertThat(plan.fits()).isTrue();
            assertThat(boundaries(plan).count(Tier.HOST)).isPositive();
            assertThat(boundaries(plan).homes().getLast()).isEqualTo(Tier.DEVICE); // its gradient
            assertThat(plan.moved().stream().toHost()).isPositive();
            assertThat(use(plan, Tier.HOST, "boundary activations")).isPositive();
            assertThat(plan.step().copySeconds()).isGreaterThan(roomy.step().copySeconds());
            long host = 450_000; // little more than the least buffers
            TrainingPlan onDisk = planner.plan(job, RATES.withDisk(1e9), new Budgets(leaving, host));
            assertThat(onDisk.fits()).isTrue();
            assertThat(boundaries(onDisk).usesDisk()).isTrue();
            assertThat(onDisk.tier(Tier.DISK).bytes()).isPositive();
            assertThat(onDisk.moved().stream().diskWritten()).isPositive();
        }
    }

    @Test
    void theStreamLivesWhereSomebodyPlacedIt() {
        try (CpuBackend backend = new CpuBackend(1)) {
            Placed placed = new Placed(null, new Share(0.4, 0.2), null);
            TrainingPlan plan = new TrainingPlanner(backend, 1)
                    .plan(job(ComputeType.F32), RATES, new Budgets(Long.MAX_VALUE, Long.MAX_VALUE, null, placed));
            assertThat(boundaries(plan).homes()).hasSize(5);
            assertThat(boundaries(plan).count(Tier.DEVICE)).isEqualTo(2);
            assertThat(boundaries(plan).count(Tier.HOST)).isEqualTo(1);
            assertThat(boundaries(plan).count(Tier.DISK)).isEqualTo(2);
        }
    }

    @Test
    void theHeadPasses_whenTheDeviceAsksForIt() {
        try (CpuBackend backend = new CpuBackend(1)) {
            TrainingPlanner planner = new TrainingPlanner(backend, 1);
            TrainingJob job = job(TinyDecoders.withVocabulary(SPEC, 40_000), ComputeType.BF16);
            TrainingPlan roomy = planner.plan(job, RATES, Budgets.UNLIMITED);
            assertThat(blocks(roomy).head()).isEqualTo(FrozenPlan.Head.ON_DEVICE);
            assertThat(roomy.moved().head().blocks()).isZero();
            long enough = roomy.tier(Tier.DEVICE).bytes();
            long staying = least(planner, job, enough, new Placed(null, null, Tier.DEVICE));
            TrainingPlan plan = planner.plan(job, RATES, new Budgets(staying - 1, Long.MAX_VALUE));
            assertThat(plan.fits()).isTrue();
            assertThat(blocks(plan).head()).isEqualTo(new FrozenPlan.Head(Tier.HOST, 2));
            int count = HeadBlocks.of(job.spec()).count();
            assertThat(plan.moved().head().blocks()).isEqualTo(2L * (count - 2));
            assertThat(plan.moved().head().hostBytes()).isPositive();
            assertThat(plan.moved().head().diskBytes()).isZero();
            long host = 1 << 20; // less than the head
            TrainingPlan onDisk = planner.plan(job, RATES.withDisk(1e9), new Budgets(staying - 1, host));
            assertThat(onDisk.fits()).isTrue();
            assertThat(blocks(onDisk).head().home()).isEqualTo(Tier.DISK);
            assertThat(onDisk.moved().head().diskBytes()).isPositive();
            assertThat(onDisk.step().seconds()).isGreaterThan(roomy.step().seconds());
        }
    }

    private static BoundaryPlan boundaries(TrainingPlan plan) {
        return ((Placement.Weights.Tiered) plan.placement().weights()).boundaries();
    }

    private static FrozenPlan blocks(TrainingPlan plan) {
        return ((Placement.Weights.Tiered) plan.placement().weights()).plan();
    }

    private static long use(TrainingPlan plan, Tier tier, String what) {
        return plan.tier(tier).uses().stream()
                .filter(use -> use.what().equals(what))
                .mapToLong(TierUse.Use::bytes)
                .sum();
    }

    private static long least(TrainingPlanner planner, TrainingJob job, long enough) {
        return least(planner, job, enough, Placed.NOTHING);
    }

    /// The smallest budget that a plan fits.
    private static long least(TrainingPlanner planner, TrainingJob job, long enough, Placed placed) {
        long fits = enough;
        long fails = 0;
        while (fits - fails > 1) {
            long middle = (fits + fails) / 2;
            if (planner.plan(job, RATES, new Budgets(middle, Long.MAX_VALUE, null, placed))
                    .fits()) {
                fits = middle;
            } else {
                fails = middle;
            }
        }
        return fits;
    }

    private static TrainingJob job(ComputeType compute) {
        return job(SPEC, compute);
    }

    private static TrainingJob job(DecoderSpec spec, ComputeType compute) {
        Map<ParameterId, DType> stored = new HashMap<>();
        DecoderParameters.of(spec).forEach(parameter -> stored.put(parameter.id(), DType.BF16));
        return new TrainingJob(
                spec, stored, compute, Map.of(new AdapterSite(1, Module.QUERY), 4), 0, Set.of(), 100, 2, 0, null, 10);
    }

    private static long bytes(TrainingPlan plan, String what) {
        return plan.tier(Tier.DEVICE).uses().stream()
                .filter(use -> use.what().equals(what))
                .mapToLong(TierUse.Use::bytes)
                .sum();
    }
}
