package dev.gantry.offload.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan.Waiting;
import dev.gantry.offload.plan.InferencePlan.Least;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InferencePlannerTest {
    private static final InferenceRates RATES = InferenceRates.USUAL;
    private static final long AMPLE = 1L << 40;
    private static final int LAYERS = 24;

    private final CpuBackend backend = new CpuBackend(1);
    private final InferencePlanner planner = new InferencePlanner(backend, 1);

    @AfterEach
    void close() {
        backend.close();
    }

    static List<String> names() {
        return List.copyOf(TinyDecoders.all().keySet());
    }

    private static InferenceJob job(String name, DType stored, ComputeType compute, int sequences) {
        DecoderSpec spec = TinyDecoders.withLayers(
                Objects.requireNonNull(TinyDecoders.all().get(name)), LAYERS);
        Map<ParameterId, DType> types = new HashMap<>();
        DecoderParameters.of(spec).forEach(parameter -> types.put(parameter.id(), stored));
        return new InferenceJob(spec, types, compute, Map.of(), Set.of(), sequences, 12, 8, 4);
    }

    private InferencePlan plan(InferenceJob job, long device, long host) {
        return planner.plan(job, RATES, new Budgets(device, host));
    }

    @ParameterizedTest
    @MethodSource("names")
    void theLeastBudgetsAreEnough_andAByteLessIsNot(String name) {
        InferenceJob job = job(name, DType.F32, ComputeType.F32, 1);
        for (long host : new long[] {0, 1 << 20, AMPLE}) {
            Least least = plan(job, 0, host).least();
            long given = Math.max(host, least.hostBytes());
            assertThat(plan(job, least.deviceBytes(), given).fits()).isTrue();
            InferencePlan tooSmall = plan(job, least.deviceBytes() - 1, given);
            assertThat(tooSmall.fits()).isFalse();
            assertThat(tooSmall.fittingCapacity()).isLessThan(job.capacity());
        }
        Least least = plan(job, AMPLE, 0).least();
        assertThat(plan(job, AMPLE, least.hostBytes() - 1).fits()).isFalse();
    }

    @Test
    void aLargerDeviceHoldsMoreBlocks_andIsNeverSlower() {
        InferenceJob job = job("llama-gqa", DType.BF16, ComputeType.F32, 1);
        long host = 1 << 20;
        Least least = plan(job, 0, host).least();
        long enough = plan(job, AMPLE, host).tier(Tier.DEVICE).bytes();
        double before = Double.POSITIVE_INFINITY;
        for (long device = least.deviceBytes(); device <= enough; device += 8192) {
            InferencePlan plan = plan(job, device, host);
            assertThat(plan.fits()).isTrue();
            assertThat(plan.seconds()).isLessThanOrEqualTo(before * (1 + 1e-9));
            before = plan.seconds();
        }
        InferencePlan roomy = plan(job, enough, host);
        assertThat(roomy.weights().count(Tier.DEVICE)).isEqualTo(LAYERS);
        assertThat(roomy.decode().moved().blocks()).isZero();
    }

    @Test
    void blocksInHostMemoryAreComputedThere_forFewRowsOnly() {
        InferenceJob one = job("gpt2", DType.F32, ComputeType.F32, 1);
        InferencePlan few = plan(one, plan(one, 0, AMPLE).least().deviceBytes(), AMPLE);
        assertThat(few.weights().count(Tier.HOST)).isEqualTo(LAYERS);
        assertThat(few.decode().moved()).isEqualTo(new SweepMoves(0, 0, 0, 0));
        assertThat(few.prefill().moved().blocks()).isZero(); // 8 tokens
        InferenceJob nine = job("gpt2", DType.F32, ComputeType.F32, 9);
        InferencePlan many = plan(nine, plan(nine, 0, AMPLE).least().deviceBytes(), AMPLE);
        assertThat(many.decode().moved().blocks()).isPositive();
        assertThat(many.decode().moved().hostBytes()).isPositive();
    }

    @Test
    void narrowWeightsWaitAsKernelsReadThem_whereHostMemoryAllows() {
        InferenceJob job = job("llama-gqa", DType.F16, ComputeType.F32, 1);
        Least least = plan(job, 0, AMPLE).least();
        InferencePlan roomy = plan(job, least.deviceBytes(), AMPLE);
        assertThat(roomy.weights().waiting()).isEqualTo(Waiting.READY);
        assertThat(roomy.decode().moved().blocks()).isZero();
    }
}
