package dev.gantry.lora.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.FamilyModels;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.offload.plan.Budgets;
import dev.gantry.offload.plan.InferencePlan.Least;
import dev.gantry.offload.plan.SweepPlan;
import dev.gantry.offload.plan.SweepPlanner;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Passes over whole batches of models that need not fit their memory: the bits of those that are simply there, within
/// the budgets and as planned.
class SweptModelTest {
    private static final long AMPLE = 1L << 40;
    private static final int LAYERS = 6;
    private static final int TOKENS = 13;

    private final CpuBackend backend = new CpuBackend(2);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    private LoadedModel load(FamilyModels family, DType stored) throws IOException {
        return ModelFolder.open(family.write(folder.resolve(family + "-" + stored), LAYERS, stored))
                .load();
    }

    private static TrainingPass.Plan pass(MemoryTiers tiers) {
        return new TrainingPass.Plan(TOKENS, 1, Retention.BOUNDARY, Adapters.NONE, Set.of())
                .withHead(SweptModel.headOrder(tiers));
    }

    private SweptModel.Use use(DecoderSpec spec, ComputeType compute, MemoryTiers tiers) {
        long logits = TensorArena.roundedBytes((long) TOKENS * spec.vocabularySize() * Float.BYTES);
        long beside = TokenBatch.Buffers.measure(TOKENS) + logits;
        long pass = TrainingPass.measure(backend, spec, compute, pass(tiers));
        return new SweptModel.Use(compute, TOKENS, beside + pass, 0);
    }

    private Least least(StoredModel model, ComputeType compute, Budgets budgets) {
        MemoryTiers tiers = MemoryTiers.within(MemoryLimits.of(0, 0));
        SweptModel.Use use = use(model.spec(), compute, tiers);
        return new SweepPlanner(backend).plan(use.job(model, tiers), budgets).least();
    }

    /// Loss and logits of one batch.
    private List<Object> swept(StoredModel model, ComputeType compute, MemoryTiers tiers) {
        int vocabulary = model.spec().vocabularySize();
        int[] ids = new SplittableRandom(11).ints(TOKENS, 0, vocabulary).toArray();
        List<Object> values = new ArrayList<>();
        try (SweptModel placed = SweptModel.open(backend, model, use(model.spec(), compute, tiers), tiers)) {
            try (TensorArena arena = new TensorArena(tiers.device(), "batch");
                    TrainingPass pass = new TrainingPass(backend, placed.weights(), pass(tiers), tiers.device())) {
                TokenBatch batch = new TokenBatch.Buffers(TOKENS, arena).fill(ids, ids, new int[] {TOKENS});
                Matrix logits = arena.matrix(DType.F32, TOKENS, vocabulary);
                values.add(pass.lossSum(List.of(batch), Adapters.NONE, null));
                pass.forward(List.of(batch), Adapters.NONE);
                pass.logits(0, batch, logits);
                for (float value : logits.data().toArray(ValueLayout.JAVA_FLOAT)) {
                    values.add(value);
                }
            }
            placed.plan().ifPresent(plan -> {
                assertPeak(plan, Tier.DEVICE, tiers.device().peakBytes());
                assertPeak(plan, Tier.HOST, tiers.host().peakBytes());
            });
        }
        assertThat(tiers.device().heldBytes() + tiers.host().heldBytes()).isZero();
        return values;
    }

    private static void assertPeak(SweepPlan plan, Tier tier, long peak) {
        assertThat((double) plan.tier(tier).bytes()).as("%s", plan).isBetween(0.95 * peak, 1.05 * peak);
        assertThat(peak).isLessThanOrEqualTo(plan.tier(tier).budgetBytes());
    }

    @ParameterizedTest
    @EnumSource
    void everyBudgetGivesTheSameBits_inTheBytesThatWerePlanned(FamilyModels family) throws IOException {
        for (DType stored : List.of(DType.F32, DType.F16)) {
            try (LoadedModel loaded = load(family, stored)) {
                StoredModel model = CheckpointModel.of(loaded);
                for (ComputeType compute : ComputeType.values()) {
                    compare(model, compute, loaded.folder().bytes());
                }
            }
        }
    }

    private void compare(StoredModel model, ComputeType compute, long bytes) {
        List<Object> expected = swept(model, compute, MemoryTiers.within(MemoryLimits.NONE));
        Least least = least(model, compute, new Budgets(0, 0));
        for (long device : new long[] {least.deviceBytes(), least.deviceBytes() + bytes / 3, AMPLE}) {
            for (long host : new long[] {least.hostBytes(), least.hostBytes() + bytes / 2, AMPLE}) {
                MemoryTiers tiers = MemoryTiers.within(MemoryLimits.of(device, host));
                assertThat(swept(model, compute, tiers))
                        .as("%s of %d and %d", compute, device, host)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void tooLittleMemory_isRefusedWithTheLeastThatWorks() throws IOException {
        try (LoadedModel loaded = load(FamilyModels.LLAMA, DType.F32)) {
            StoredModel model = CheckpointModel.of(loaded);
            Least least = least(model, ComputeType.F32, new Budgets(0, AMPLE));
            MemoryTiers tiers = MemoryTiers.within(MemoryLimits.of(least.deviceBytes() - 1, AMPLE));
            assertThatExceptionOfType(GantryException.class)
                    .isThrownBy(() -> swept(model, ComputeType.F32, tiers))
                    .withMessageContaining("at least")
                    .satisfies(e -> assertThat(e.code()).isEqualTo("MEMORY-BUDGET"));
            assertThat(tiers.device().peakBytes()).isZero();
        }
    }
}
