package dev.gantry.lora.bench;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.Budgets;
import dev.gantry.offload.plan.InferenceJob;
import dev.gantry.offload.plan.InferencePlan;
import dev.gantry.offload.plan.InferencePlanner;
import dev.gantry.offload.plan.InferenceRates;
import dev.gantry.offload.plan.KernelNeeds;
import dev.gantry.offload.plan.MachineRates;
import dev.gantry.offload.plan.TrainingJob;
import dev.gantry.offload.plan.TrainingPlan;
import dev.gantry.offload.plan.TrainingPlanner;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the planner says of a {@link Bench}, at rates that are measured now.
public record PlannedBench(Backend backend, BenchModels.Weights weights, BenchSettings settings) {

    /// @param peak of the device; null where it is the process's
    /// @param seconds of a round
    public record Planned(@Nullable Compared peak, Compared seconds) {}

    /// Everything on the device, and everything kept for the backward.
    public Planned train(BenchResult result) {
        TrainingJob job = new BenchJob(
                        spec(), settings.compute(), settings.rank(), settings.batch(), settings.tokens(), 1)
                .planned(Retention.EVERYTHING);
        MachineRates rates = MachineRates.measure(backend, job);
        TrainingPlan plan = new TrainingPlanner(backend, settings.threads()).plan(job, rates, Budgets.UNLIMITED);
        long kernels = KernelNeeds.bytes(backend, job); // that the bench's account does not hold
        return new Planned(
                peak(plan.tier(Tier.DEVICE).bytes(), result, kernels),
                Compared.seconds(plan.step().seconds(), job.tokensPerStep() / result.medianTokensPerSecond()));
    }

    public Planned prefill(BenchResult result) {
        InferencePlan plan = answers();
        return compared(result, plan, plan.prefill(), settings.tokens());
    }

    public Planned decode(BenchResult result) {
        InferencePlan plan = answers();
        return compared(result, plan, plan.decode(), settings.newTokens());
    }

    private Planned compared(BenchResult result, InferencePlan plan, InferencePlan.Phase phase, int tokensOfASequence) {
        double tokens = (double) settings.batch() * tokensOfASequence;
        return new Planned(
                peak(plan.tier(Tier.DEVICE).bytes(), result, 0),
                Compared.seconds(tokens / phase.tokensPerSecond(), tokens / result.medianTokensPerSecond()));
    }

    private InferencePlan answers() {
        Map<ParameterId, DType> stored = new HashMap<>();
        weights.model().parameters().forEach((id, tensor) -> stored.put(id, tensor.dtype()));
        InferenceJob job = new InferenceJob(
                spec(),
                stored,
                settings.compute(),
                Map.of(),
                Set.of(),
                settings.batch(),
                settings.tokens() + settings.newTokens(),
                settings.tokens(),
                settings.newTokens());
        long bytes = weights.model().parameters().values().stream()
                .mapToLong(tensor -> tensor.bytes())
                .sum();
        InferenceRates rates = InferenceRates.measure(backend, settings.compute(), bytes);
        MemoryTiers tiers = MemoryTiers.within(MemoryLimits.NONE, backend);
        return new InferencePlanner(backend, settings.threads()).plan(job, rates, tiers.budgets());
    }

    private DecoderSpec spec() {
        return weights.model().spec();
    }

    private static @Nullable Compared peak(long planned, BenchResult result, long besideAccount) {
        return result.devicePeakBytes() == BenchResult.NOT_TOLD
                ? null
                : Compared.bytes(planned, result.devicePeakBytes() + besideAccount);
    }
}
