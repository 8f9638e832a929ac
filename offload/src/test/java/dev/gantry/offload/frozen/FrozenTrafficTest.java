package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan.Head;
import dev.gantry.offload.frozen.FrozenPlan.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What was said beforehand against what was moved.
class FrozenTrafficTest {
    private static final int LAYERS = 6;
    private static final Reading READING = new Reading(3, 65_536, null);

    @TempDir
    private Path folder;

    private List<FrozenPlan> plans() {
        List<FrozenPlan> plans = new ArrayList<>();
        for (Reading reading : List.of(READING, READING.relaidIn(folder.resolve("copies")))) {
            plans.add(FrozenPlan.spread(LAYERS, 0, 0, 1).with(reading));
            plans.add(FrozenPlan.spread(LAYERS, 1, 2, 2).with(reading).with(new Head(Tier.DISK, 1)));
            plans.add(FrozenPlan.spread(LAYERS, 0, 3, 3).with(reading).with(new Head(Tier.HOST, 2)));
            plans.add(FrozenPlan.spread(LAYERS, 6, 0, 0).with(reading).with(new Head(Tier.DISK, 2)));
        }
        return plans;
    }

    @ParameterizedTest
    @EnumSource
    void bytesMovedAreThosePlanned(ComputeType compute) throws IOException {
        DecoderSpec spec = TinyDecoders.withLayers(
                TinyDecoders.withVocabulary(
                        Objects.requireNonNull(TinyDecoders.all().get("gpt2")), 17_000),
                LAYERS);
        try (CpuBackend backend = new CpuBackend(1);
                TensorArena arena = new TensorArena()) {
            StoredDecoder decoder = StoredDecoder.random(backend, spec, DType.BF16, 3, folder, arena);
            FrozenTraffic traffic = new FrozenTraffic(decoder.inFiles(), compute, READING.pieceBytes());
            for (FrozenPlan plan : plans()) {
                try (StreamedWeights streamed = Streamed.of(backend, decoder.inFiles(), compute, plan)) {
                    List<Transfers> blocks = new ArrayList<>();
                    List<Transfers> head = new ArrayList<>();
                    LoraRun.ACCUMULATED.bits(backend, streamed.weights(), 3, done -> {
                        blocks.add(streamed.transfers());
                        head.add(streamed.headTransfers());
                    });
                    assertThat(moved(blocks)).as("%s", plan).isEqualTo(traffic.blocks(plan, Sweep.FORWARD_BACKWARD, 2));
                    assertThat(moved(head)).as("%s", plan).isEqualTo(traffic.head(plan, Sweep.FORWARD_BACKWARD, 2));
                }
            }
        }
    }

    /// After the first step, and without the time that nobody can plan exactly.
    private static Transfers moved(List<Transfers> afterSteps) {
        Transfers moved = afterSteps.getLast().since(afterSteps.get(1));
        return new Transfers(
                moved.blocksFromHost(),
                moved.bytesFromHost(),
                moved.blocksFromDisk(),
                moved.bytesFromDisk(),
                moved.bytesRead(),
                0);
    }
}
