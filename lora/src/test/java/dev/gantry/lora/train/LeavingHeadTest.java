package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.LoraSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.Transfers;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Adapters of models with more vocabulary than blocks, trained with head, blocks and stream away from the device: the
/// files of a run without limits, within the memory and with the moves that were planned.
final class LeavingHeadTest {
    private static final int LAYERS = 4;
    private static final int VOCABULARY = 20_001;
    private static final String ON_HOST = "static(blocks=0.25/0.75, boundaries=0.2/0.8, head=0/1)";
    private static final String ON_DISK = "static(blocks=0/0, boundaries=0/0, head=0/0)";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(
            value = DeepModel.class,
            names = {"LLAMA", "GPT2", "OPT"})
    void aHeadThatPassesTrainsToTheSameBits(DeepModel model) throws IOException {
        model.writeTo(folder.resolve("model"), LAYERS, VOCABULARY, ComputeType.BF16.dtype());
        Files.writeString(folder.resolve("text.jsonl"), "{\"text\": \"some words of a text\"}\n".repeat(12));
        TrainConfig free = config();
        run().start(free, folder.resolve("free"));
        for (String placement : List.of(ON_HOST, ON_DISK)) {
            TrainConfig placed = free.withMachine(free.machine().placed(PlacementSetting.parse(placement)));
            Path run = folder.resolve(placement.equals(ON_HOST) ? "host" : "disk");
            run().start(placed, run);
            assertSameBits(run);
            assertPlanned(placed);
        }
        TrainConfig tight = free.withMachine(free.machine().within(tooSmallForTheHead(free), null, null));
        TrainingPlan plan = run().plan(tight).memory();
        assertThat(plan.fits()).as("%s", plan).isTrue();
        assertThat(weights(plan).plan().head().home()).isEqualTo(Tier.HOST);
        run().start(tight, folder.resolve("tight"));
        assertSameBits(folder.resolve("tight"));
        assertPlanned(tight);
    }

    private static TrainingRun run() {
        return new TrainingRun(TrainingEnvironment.quiet());
    }

    private TrainConfig config() {
        DataSection data = DataSection.of(folder.resolve("text.jsonl").toString());
        return TrainConfig.of(Stage.SFT, folder.resolve("model").toString(), data)
                .withLora(new LoraSection(4, 8.0, 0.1, null, List.of(LoraSection.ALL_LINEAR), null, null, null, null))
                .withBatch(new BatchSection(4, 2))
                .withDuration(new DurationSection(null, 2L, 0))
                .withCadence(new CadenceSection(2L, 2L, 2L, 2))
                .withMachine(new MachineSection(ComputeType.BF16, 1, null));
    }

    /// Half of what a head on the device takes there.
    private ByteSize tooSmallForTheHead(TrainConfig free) throws IOException {
        PlacementSetting atLeast = PlacementSetting.parse("static(blocks=0/1, boundaries=0.2/0.8, head=1)");
        long least = run().plan(free.withMachine(free.machine().placed(atLeast)))
                .memory()
                .tier(Tier.DEVICE)
                .bytes();
        return new ByteSize(least / 2);
    }

    private static Placement.Weights.Tiered weights(TrainingPlan plan) {
        return (Placement.Weights.Tiered) plan.placement().weights();
    }

    private void assertSameBits(Path run) throws IOException {
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            assertThat(last(run).resolve(file))
                    .hasSameBinaryContentAs(last(folder.resolve("free")).resolve(file));
        }
    }

    private static Path last(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow().folder();
    }

    /// Peaks of the accounts, and blocks of layers and head that a step copies once rings have settled.
    private void assertPlanned(TrainConfig config) throws IOException {
        TrainingPlan plan = run().plan(config).memory();
        try (RunInputs inputs = RunInputs.open(config, TrainingEnvironment.quiet());
                TrainingSetup setup = TrainingSetup.of(inputs, folder.resolve("counted"), TrainingEnvironment.quiet());
                StepData data = TinyRun.steps(inputs, setup)) {
            DeviceTrainer trainer = (DeviceTrainer) setup.trainer();
            LoraTrainee trainee = (LoraTrainee) trainer.trainee();
            trainer.take(data.nextStep(), 0.01, 1);
            Transfers blocks = trainee.transfers();
            Transfers head = trainee.headTransfers();
            trainer.take(data.nextStep(), 0.01, 2);
            assertMoved(trainee.headTransfers().since(head), plan);
            assertThat(trainee.transfers().since(blocks).blocks())
                    .isEqualTo(plan.moved().blocks());
            PlannedPeaks.assertPeak(plan, Tier.DEVICE, setup.layout().device());
            PlannedPeaks.assertPeak(plan, Tier.HOST, setup.layout().host());
        }
    }

    private static void assertMoved(Transfers head, TrainingPlan plan) {
        assertThat(head.blocks()).isEqualTo(plan.moved().head().blocks()).isPositive();
        assertThat(head.bytesFromHost()).isEqualTo(plan.moved().head().hostBytes());
        assertThat(head.bytesFromDisk()).isEqualTo(plan.moved().head().diskBytes());
    }
}
