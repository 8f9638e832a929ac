package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.InferencePass;
import dev.gantry.engine.pass.KeyValueCache;
import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan.Reading;
import dev.gantry.offload.frozen.FrozenPlan.Waiting;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Streamed weights against the weights that are simply there: bits, counts and bytes.
class StreamedWeightsTest {
    private static final long SEED = 20_261_215;
    private static final int LAYERS = 5;
    private static final Reading READING = new Reading(3, 8192, null);

    @TempDir
    private Path folder;

    static List<String> names() {
        return List.copyOf(TinyDecoders.all().keySet());
    }

    private static DecoderSpec spec(String name) {
        return TinyDecoders.withLayers(Objects.requireNonNull(TinyDecoders.all().get(name)), LAYERS);
    }

    /// Device, host and disk in all mixtures, rings from one slot to all blocks.
    static List<FrozenPlan> plans() {
        List<FrozenPlan> plans = new ArrayList<>();
        for (int[] counts : new int[][] {{0, 0, 1}, {0, 0, 3}, {1, 2, 2}, {2, 0, 2}, {0, 5, 2}, {0, 3, 5}, {5, 0, 0}}) {
            plans.add(FrozenPlan.spread(LAYERS, counts[0], counts[1], counts[2]).with(READING));
        }
        return plans;
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyPlanGivesTheBitsOfResidentWeights(String name) throws IOException {
        System.out.println("seed " + SEED);
        try (CpuBackend backend = new CpuBackend(2)) {
            for (DType stored : List.of(DType.F32, DType.BF16, DType.F16)) {
                try (TensorArena arena = new TensorArena()) {
                    StoredDecoder decoder = StoredDecoder.random(
                            backend,
                            spec(name),
                            stored,
                            SEED,
                            Files.createDirectory(folder.resolve("" + stored)),
                            arena);
                    for (ComputeType compute : ComputeType.values()) {
                        compare(backend, decoder, compute);
                    }
                }
            }
        }
    }

    private static void compare(CpuBackend backend, StoredDecoder decoder, ComputeType compute) {
        for (LoraRun run : List.of(LoraRun.ONE_BATCH, LoraRun.PACKED, LoraRun.ACCUMULATED)) {
            List<Long> expected;
            try (ResidentWeights resident = new ResidentWeights(backend, decoder.inMemory(), compute)) {
                expected = run.bits(backend, resident.weights(), SEED, done -> {});
            }
            assertThat(Double.longBitsToDouble(expected.getFirst())).isBetween(0.5, 10.0);
            Path copies = decoder.files().getFirst().resolveSibling("copies");
            List<FrozenPlan> plans = plans();
            plans.addAll(plans().stream()
                    .map(plan -> plan.with(READING.relaidIn(copies)))
                    .toList());
            for (FrozenPlan plan : plans) {
                try (StreamedWeights streamed = Streamed.cached(backend, decoder.inFiles(), compute, plan)) {
                    assertThat(run.bits(backend, streamed.weights(), SEED, done -> {}))
                            .as("%s in %s with %s", run, compute, plan)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void decodingGivesTheSameLogits(String name) throws IOException {
        try (CpuBackend backend = new CpuBackend(2);
                TensorArena arena = new TensorArena()) {
            StoredDecoder decoder = StoredDecoder.random(backend, spec(name), DType.F16, SEED, folder, arena);
            List<Float> expected;
            try (ResidentWeights resident = new ResidentWeights(backend, decoder.inMemory(), ComputeType.BF16)) {
                expected = decoded(backend, resident.weights());
            }
            assertThat(expected).doesNotContain(Float.NaN);
            List<FrozenPlan> plans = plans();
            plans.addAll(plans().stream().map(plan -> plan.with(Waiting.READY)).toList());
            for (FrozenPlan plan : plans) {
                try (StreamedWeights streamed = Streamed.cached(backend, decoder.inFiles(), ComputeType.BF16, plan)) {
                    assertThat(decoded(backend, streamed.weights()))
                            .as("%s", plan)
                            .isEqualTo(expected);
                    // the prompt is too wide for it, but each token after it is computed in host memory
                    assertThat(streamed.transfers().blocksFromHost()).isEqualTo(plan.count(Tier.HOST));
                }
            }
        }
    }

    /// Blocks stored in f16 can only be computed where they lie if they wait there in the compute type.
    @ParameterizedTest
    @EnumSource
    void widerComputeThanStorage_isComputedInHostMemoryOnlyWhereItWaitsReady(Waiting waiting) throws IOException {
        try (CpuBackend backend = new CpuBackend(2);
                TensorArena arena = new TensorArena()) {
            StoredDecoder decoder = StoredDecoder.random(backend, spec("llama-gqa"), DType.F16, SEED, folder, arena);
            List<Float> expected;
            try (ResidentWeights resident = new ResidentWeights(backend, decoder.inMemory(), ComputeType.F32)) {
                expected = decoded(backend, resident.weights());
            }
            FrozenPlan plan = FrozenPlan.spread(LAYERS, 1, 3, 1).with(READING).with(waiting);
            try (StreamedWeights streamed = Streamed.cached(backend, decoder.inFiles(), ComputeType.F32, plan)) {
                assertThat(decoded(backend, streamed.weights())).isEqualTo(expected);
                long sweeps = waiting == Waiting.READY ? 1 : 4;
                assertThat(streamed.transfers().blocksFromHost()).isEqualTo(3 * sweeps);
            }
        }
    }

    /// Logits of a prompt and three tokens after it.
    private static List<Float> decoded(CpuBackend backend, ModelWeights weights) {
        List<Float> logits = new ArrayList<>();
        try (InferencePass pass =
                        new InferencePass(backend, weights, Adapters.NONE, new InferencePass.Extent(9, 1, 12));
                KeyValueCache cache = new KeyValueCache(weights.spec(), weights.computeType(), 1, 12)) {
            for (int[] tokens :
                    List.of(new int[] {1, 5, 2, 7, 7, 0, 9, 4, 6}, new int[] {3}, new int[] {0}, new int[] {9})) {
                Matrix row = pass.advance(cache, tokens);
                for (int token = 0; token < row.columns(); token++) {
                    logits.add(row.data().getAtIndex(ValueLayout.JAVA_FLOAT, token));
                }
            }
        }
        return logits;
    }

    @ParameterizedTest
    @MethodSource("names")
    void fetchesAndBytesAreExactlyThoseOfTheSchedule(String name) throws IOException {
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            StoredDecoder decoder = StoredDecoder.random(backend, spec(name), DType.BF16, SEED, folder, arena);
            for (FrozenPlan plan : plans()) {
                for (LoraRun run : List.of(LoraRun.ONE_BATCH, LoraRun.ACCUMULATED)) {
                    try (StreamedWeights streamed = Streamed.of(backend, decoder.inFiles(), ComputeType.F32, plan)) {
                        Counting counting = new Counting(streamed, plan, decoder.inFiles());
                        run.bits(backend, streamed.weights(), SEED, counting);
                        assertThat(counting.steps).isEqualTo(run.steps());
                    }
                }
            }
        }
    }

    /// Follows the schedule by hand and compares after every step.
    private static final class Counting implements LoraRun.Watch {
        private final StreamedWeights streamed;
        private final FrozenPlan plan;
        private final StoredModel model;
        private final int[] blocks;
        private int[] contents;
        private Transfers before = Transfers.NONE;
        private long allocations;
        private int steps;

        Counting(StreamedWeights streamed, FrozenPlan plan, StoredModel model) {
            this.streamed = streamed;
            this.plan = plan;
            this.model = model;
            this.blocks = IntStream.range(0, LAYERS)
                    .filter(layer -> plan.homes().get(layer) != Tier.DEVICE)
                    .toArray();
            this.contents = RingSchedule.emptySlots(plan.slots());
        }

        @Override
        public void step(int done) {
            if (done == 0) {
                allocations = streamed.allocations();
                return;
            }
            steps++;
            Transfers moved = streamed.transfers().since(before);
            before = streamed.transfers();
            assertThat(streamed.allocations()).isEqualTo(allocations);
            long hostBlocks = 0;
            long hostBytes = 0;
            long diskBlocks = 0;
            long diskBytes = 0;
            if (blocks.length > 0) {
                RingSchedule schedule =
                        RingSchedule.of(contents, RingSchedule.visits(Sweep.FORWARD_BACKWARD, blocks), plan.lead());
                contents = schedule.contentsAfter();
                for (RingSchedule.Load load : schedule.loads()) {
                    if (plan.homes().get(load.block()) == Tier.HOST) {
                        hostBlocks++;
                        hostBytes += ChunkLayout.wire(model.spec(), load.block(), ComputeType.F32, model::dtype)
                                .payloadBytes();
                    } else {
                        diskBlocks++;
                        diskBytes +=
                                ChunkLayout.ready(model.spec(), ComputeType.F32).payloadBytes() / 2;
                    }
                }
                if (done > 1) {
                    assertThat(schedule.loads()).hasSize(2 * (blocks.length - plan.slots()));
                }
            }
            assertThat(moved.blocksFromHost()).isEqualTo(hostBlocks);
            assertThat(moved.bytesFromHost()).isEqualTo(hostBytes);
            assertThat(moved.blocksFromDisk()).isEqualTo(diskBlocks);
            assertThat(moved.bytesFromDisk()).isEqualTo(diskBytes);
            assertThat(moved.bytesRead()).isGreaterThanOrEqualTo(diskBytes);
        }
    }
}
