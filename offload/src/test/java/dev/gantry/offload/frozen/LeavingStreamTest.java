package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.BoundarySweep;
import dev.gantry.engine.pass.BoundarySweep.Course;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.HeadOrder;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.boundary.StreamMoves;
import dev.gantry.offload.boundary.StreamTraffic;
import dev.gantry.offload.boundary.TieredBoundaries;
import dev.gantry.offload.frozen.FrozenPlan.Head;
import dev.gantry.offload.trainable.TrainablePlan;
import dev.gantry.offload.trainable.TrainablePlan.Count;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An adapter's steps with blocks, head and residual stream away from the device: the bits of everything being there,
/// and the moves that a plan counts.
class LeavingStreamTest {
    private static final long SEED = 20_261_130;
    private static final int LAYERS = 5;
    private static final int UNITS = BoundaryPlan.units(LAYERS);
    private static final int VOCABULARY = 20_001;

    @TempDir
    private Path folder;

    private static DecoderSpec spec(String family) {
        DecoderSpec tiny = Objects.requireNonNull(TinyDecoders.all().get(family));
        return TinyDecoders.withVocabulary(TinyDecoders.withLayers(tiny, LAYERS), VOCABULARY);
    }

    private static List<BoundaryPlan> streams() {
        return List.of(
                BoundaryPlan.of(TrainablePlan.spread(new Count(1, UNITS - 1), UNITS)),
                BoundaryPlan.of(Collections.nCopies(UNITS, Tier.DISK)),
                BoundaryPlan.of(TrainablePlan.spread(new Count(2, 2), UNITS)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "opt-350m", "llama-gqa"})
    void theBitsAreThoseOfMemory_andTheMovesThoseOfThePlan(String family) throws IOException {
        DecoderSpec spec = spec(family);
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            StoredDecoder decoder = StoredDecoder.random(backend, spec, DType.BF16, SEED, folder, arena);
            for (LoraRun run : List.of(LoraRun.ACCUMULATED, LoraRun.PACKED)) {
                List<Long> truth;
                try (ResidentWeights resident = new ResidentWeights(backend, decoder.inMemory(), ComputeType.BF16)) {
                    truth = run.bits(backend, resident.weights(), SEED, done -> {});
                }
                for (Head head : List.of(Head.ON_DEVICE, new Head(Tier.HOST, 2), new Head(Tier.DISK, 1))) {
                    FrozenPlan blocks = FrozenPlan.spread(LAYERS, 1, 2, 2).with(head);
                    for (BoundaryPlan stream : streams()) {
                        assertSame(backend, decoder, run, blocks, stream, truth);
                    }
                }
            }
        }
    }

    private void assertSame(
            CpuBackend backend,
            StoredDecoder decoder,
            LoraRun run,
            FrozenPlan blocks,
            BoundaryPlan stream,
            List<Long> truth) {
        MemoryAccount host = MemoryAccount.unlimited("host");
        StreamTraffic traffic = new StreamTraffic();
        HeadOrder order = blocks.head().order();
        LoraRun leaving = run.with(order, TieredBoundaries.placement(stream, host, folder, traffic));
        List<StreamMoves> moved = new ArrayList<>();
        try (StreamedWeights weights = Streamed.cached(backend, decoder.inFiles(), ComputeType.BF16, blocks)) {
            assertThat(leaving.bits(backend, weights.weights(), SEED, done -> moved.add(traffic.moves())))
                    .as("%s, %s", blocks, stream)
                    .isEqualTo(truth);
        }
        assertThat(host.heldBytes()).isZero();
        DecoderSpec spec = decoder.inMemory().spec();
        Course course = new Course.Training(run.retention(), order.rounds(spec, HeadBlocks.of(spec)), false);
        StreamMoves step = StreamMoves.of(stream, new BoundarySweep(course, LAYERS, run.tokens()), spec.hidden());
        assertThat(step.toDevice()).isPositive();
        for (int done = 1; done < moved.size(); done++) {
            assertThat(moved.get(done).since(moved.get(done - 1))).isEqualTo(step);
        }
    }
}
