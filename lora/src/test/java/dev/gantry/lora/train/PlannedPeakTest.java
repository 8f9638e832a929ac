package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.lora.train.config.LoraSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.Tier;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What plans say beforehand of memory, against what the accounts of real steps held at most.
final class PlannedPeakTest {
    private static final int LAYERS = 5;
    private static final int LEAST_LAYOUTS = 30;
    private static final long AMPLE_BYTES = 1L << 32;

    @TempDir
    private Path folder;

    /// How a job is to be laid out.
    private record Wish(ComputeType type, Retention retention, int rows, int microBatches) {}

    @ParameterizedTest
    @EnumSource(DeepModel.class)
    void plannedPeaksAreThoseOfTheAccounts(DeepModel model) throws IOException {
        Files.writeString(folder.resolve("text.jsonl"), "{\"text\": \"some words of a text\"}\n".repeat(12));
        model.writeTo(folder.resolve("model"), LAYERS, ComputeType.BF16.dtype());
        int layouts = 0;
        int streamLeaves = 0;
        for (Wish wish : wishes()) {
            for (TrainConfig config : fromRoomyToTight(wish)) {
                streamLeaves += boundaries(assertPeaks(config)).leavesDevice() ? 1 : 0;
                layouts++;
            }
        }
        assertThat(layouts).isGreaterThanOrEqualTo(LEAST_LAYOUTS);
        assertThat(streamLeaves).isPositive();
    }

    private static BoundaryPlan boundaries(TrainingPlan plan) {
        return ((Placement.Weights.Tiered) plan.placement().weights()).boundaries();
    }

    private static List<Wish> wishes() {
        List<Wish> wishes = new ArrayList<>();
        for (ComputeType type : List.of(ComputeType.F32, ComputeType.BF16)) { // f16 is as large as bf16
            for (Retention retention : Retention.values()) {
                wishes.add(new Wish(type, retention, 1, 1));
                wishes.add(new Wish(type, retention, 2, 1));
                wishes.add(new Wish(type, retention, 1, 3));
            }
        }
        return wishes;
    }

    /// With all blocks on the device, with some of them in host memory, and with some in files.
    private List<TrainConfig> fromRoomyToTight(Wish wish) throws IOException {
        long all =
                plan(config(wish, AMPLE_BYTES, AMPLE_BYTES)).tier(Tier.DEVICE).bytes();
        long least = least(wish, all);
        long host = plan(config(wish, least, AMPLE_BYTES)).tier(Tier.HOST).bytes();
        return List.of(
                config(wish, all, AMPLE_BYTES),
                config(wish, (all + least) / 2, AMPLE_BYTES),
                config(wish, least, host / 2));
    }

    /// The smallest budget of the device that something fits.
    private long least(Wish wish, long enough) throws IOException {
        long fits = enough;
        long fails = 0;
        while (fits - fails > enough / 16) {
            long middle = (fits + fails) / 2;
            if (plan(config(wish, middle, AMPLE_BYTES)).fits()) {
                fits = middle;
            } else {
                fails = middle;
            }
        }
        return fits;
    }

    private static TrainingPlan plan(TrainConfig config) throws IOException {
        return new TrainingRun(TrainingEnvironment.quiet()).plan(config).memory();
    }

    private TrainConfig config(Wish wish, long device, long host) {
        DataSection data = DataSection.of(folder.resolve("text.jsonl").toString());
        return TrainConfig.of(Stage.SFT, folder.resolve("model").toString(), data)
                .withLora(new LoraSection(4, 8.0, 0.1, null, List.of(LoraSection.ALL_LINEAR), null, null, null, null))
                .withBatch(new BatchSection(wish.rows() * wish.microBatches(), wish.rows()))
                .withMachine(new MachineSection(
                        wish.type(), 1, wish.retention(), new ByteSize(device), new ByteSize(host), null));
    }

    private TrainingPlan assertPeaks(TrainConfig config) throws IOException {
        TrainingPlan plan = plan(config);
        assertThat(plan.fits()).as("%s", plan).isTrue();
        try (RunInputs inputs = RunInputs.open(config, TrainingEnvironment.quiet());
                TrainingSetup setup = TrainingSetup.of(inputs, folder.resolve("states"), TrainingEnvironment.quiet());
                StepData data = TinyRun.steps(inputs, setup)) {
            assertThat(setup.trainer().take(data.nextStep(), 0.01, 1).isFinite())
                    .isTrue();
            PlannedPeaks.assertPeak(plan, Tier.DEVICE, setup.layout().device());
            PlannedPeaks.assertPeak(plan, Tier.HOST, setup.layout().host());
        }
        return plan;
    }
}
