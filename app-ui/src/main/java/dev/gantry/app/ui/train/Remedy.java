package dev.gantry.app.ui.train;

import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.train.RunPlan;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.offload.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One way to make a run fit that does not.
///
/// @param key of its words
/// @param amount that the words name: rows, tokens or bytes; 0 for none
record Remedy(String key, long amount, Draft draft) {
    private static final int LEAST_TOKENS = 32;
    private static final double SPARE = 1.02;
    private static final long WHOLE_BYTES = 16L << 20;

    /// Whether the run learns something else then, not only elsewhere or slower.
    boolean changesResult() {
        return key.equals("tokens") || key.equals("adapter") || key.equals("bf16");
    }

    /// What is worth trying, the gentlest of each kind first.
    ///
    /// @param plan of `draft`, which does not fit
    static List<Remedy> of(Draft draft, RunPlan plan) {
        List<Remedy> remedies = new ArrayList<>();
        memory(draft, plan, remedies);
        int rows = Objects.requireNonNull(plan.config().batch().microRows());
        for (int fewer = rows / 2; fewer >= 1; fewer /= 2) {
            remedies.add(new Remedy(
                    "rows", fewer, draft.with(Map.of("batch.micro_rows", String.valueOf(divisor(plan, fewer))))));
        }
        if (plan.config().machine().compute() == ComputeType.F32) {
            remedies.add(new Remedy("bf16", 0, draft.with("machine.compute", "bf16")));
        }
        if (!draft.text("machine.retention").isEmpty()) {
            remedies.add(new Remedy("retention", 0, draft.with("machine.retention", "boundary")));
        }
        if (draft.stage() == Stage.FULL) {
            remedies.add(new Remedy("adapter", 0, draft.withStage(Stage.SFT)));
        }
        int tokens = Objects.requireNonNull(plan.config().data().maxTokens());
        for (int shorter = tokens / 2; shorter >= LEAST_TOKENS; shorter /= 2) {
            remedies.add(new Remedy(
                    "tokens",
                    shorter,
                    draft.with(Map.of("data.max_tokens", String.valueOf(shorter), "batch.micro_rows", "1"))));
        }
        return remedies;
    }

    /// More memory where a limit was set, or a limit that lets weights wait elsewhere where none was.
    private static void memory(Draft draft, RunPlan plan, List<Remedy> remedies) {
        var device = plan.memory().tier(Tier.DEVICE);
        if (draft.text("machine.device_memory").isEmpty()) {
            if (draft.stage() == Stage.SFT) {
                remedies.add(new Remedy(
                        "stream",
                        device.budgetBytes(),
                        draft.with("machine.device_memory", bytes(device.budgetBytes()))));
            }
            return;
        }
        long enough = Math.ceilDiv((long) (device.bytes() * SPARE), WHOLE_BYTES) * WHOLE_BYTES;
        remedies.add(new Remedy("memory", enough, draft.with("machine.device_memory", bytes(enough))));
    }

    private static String bytes(long bytes) {
        return Math.max(1, bytes >> 20) + "MiB";
    }

    /// The largest number of rows up to `most` that divides a step.
    private static int divisor(RunPlan plan, int most) {
        int effective = Objects.requireNonNull(plan.config().batch().effectiveRows());
        int rows = most;
        while (effective % rows != 0) {
            rows--;
        }
        return rows;
    }
}
