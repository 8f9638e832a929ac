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
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
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

    /// The smallest budget that a plan fits.
    private static long least(TrainingPlanner planner, TrainingJob job, long enough) {
        long fits = enough;
        long fails = 0;
        while (fits - fails > 1) {
            long middle = (fits + fails) / 2;
            if (planner.plan(job, RATES, new Budgets(middle, Long.MAX_VALUE)).fits()) {
                fits = middle;
            } else {
                fails = middle;
            }
        }
        return fits;
    }

    private static TrainingJob job(ComputeType compute) {
        Map<ParameterId, DType> stored = new HashMap<>();
        DecoderParameters.of(SPEC).forEach(parameter -> stored.put(parameter.id(), DType.BF16));
        return new TrainingJob(
                SPEC, stored, compute, Map.of(new AdapterSite(1, Module.QUERY), 4), 0, Set.of(), 100, 2, 0, null, 10);
    }

    private static long bytes(TrainingPlan plan, String what) {
        return plan.tier(Tier.DEVICE).uses().stream()
                .filter(use -> use.what().equals(what))
                .mapToLong(TierUse.Use::bytes)
                .sum();
    }
}
