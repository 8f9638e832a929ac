package dev.gantry.lora.train;

import dev.gantry.engine.device.Devices;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.data.tokens.PromptStyle;
import dev.gantry.lora.data.tokens.TrainOn;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
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
import dev.gantry.offload.plan.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One run of an adapter twice: with everything on a device with memory of its own, and with parts of it off the
/// device, within no more memory than the plan of that asks for. Both must give the same bits.
///
/// @param ring slots that blocks pass through
/// @param places of blocks, head and residual stream, as a run's settings say them; what has none lies on disk
public record CardRow(DeepModel model, ComputeType type, int microBatches, int ring, String places) {
    private static final int LAYERS = 6;
    private static final long STEPS = 2;
    private static final int ROWS_OF_TEXT = 40;
    private static final int MOST_TOKENS = 7;
    private static final ByteSize AMPLE = new ByteSize(1L << 29);

    /// Every family with both types, every ring, micro-batches from one to three, every tier.
    public static final List<CardRow> ROWS = List.of(
            new CardRow(DeepModel.LLAMA, ComputeType.F32, 1, 1, "blocks=0.5/0.5, head=0/1, boundaries=0/1"),
            new CardRow(DeepModel.LLAMA, ComputeType.BF16, 3, 2, "blocks=0/1, head=1/0, boundaries=1/0"),
            new CardRow(DeepModel.GPT2, ComputeType.BF16, 1, 3, "blocks=0/0.5, head=0/1, boundaries=0/0"),
            new CardRow(DeepModel.GPT2, ComputeType.F32, 2, 1, "blocks=0.34/0.33, head=1/0, boundaries=0.5/0.5"),
            new CardRow(DeepModel.OPT, ComputeType.BF16, 2, 2, "blocks=0/0, head=0/1, boundaries=0/1"),
            new CardRow(DeepModel.OPT, ComputeType.F32, 3, 3, "blocks=0.34/0.66, head=0/0, boundaries=1/0"),
            new CardRow(DeepModel.BLOOM, ComputeType.F32, 1, 2, "blocks=0/0.5, head=0/0, boundaries=0/1"),
            new CardRow(DeepModel.BLOOM, ComputeType.BF16, 3, 1, "blocks=0.5/0, head=0/1, boundaries=0/0"));

    /// What came of it.
    ///
    /// @param heldBytes the most that the device's account held, within what was planned
    public record Trained(int layers, List<List<Number>> values, long plannedBytes, long heldBytes, long allOnDevice) {}

    /// Trains both.
    ///
    /// @param folder empty, for everything
    /// @throws IllegalStateException when anything but the place of bytes differs, or a plan was not kept
    public Trained train(Devices devices, Path folder) throws IOException {
        model.writeTo(folder.resolve("model"), LAYERS, type.dtype());
        TrainConfig whole = config(folder);
        MachineSection machine = whole.machine().placed(PlacementSetting.parse("static(" + places + ")"));
        TrainingEnvironment environment = TrainingEnvironment.quiet()
                .withDevices(devices)
                .withPlanning(new Planning(Planning.FIXED.machine(), List.of(ring)));
        TrainingRun training = new TrainingRun(environment);
        TrainingPlan resident = training.plan(whole).memory();
        TrainingPlan ample = training.plan(whole.withMachine(machine.within(AMPLE, AMPLE, null)))
                .memory();
        long planned = ample.tier(Tier.DEVICE).bytes();
        TrainConfig divided = whole.withMachine(machine.within(
                new ByteSize(planned), new ByteSize(ample.tier(Tier.HOST).bytes()), null));
        Path expected = folder.resolve("whole");
        Path actual = folder.resolve("divided");
        training.start(whole, expected);
        training.start(divided, actual);
        requireSame(expected, actual);
        long held = heldOnDevice(actual);
        require(held <= planned && held >= 0.95 * planned, "the plan says " + planned + " bytes, held were " + held);
        return new Trained(
                LAYERS,
                TinyRun.values(actual),
                planned,
                held,
                resident.tier(Tier.DEVICE).bytes());
    }

    private TrainConfig config(Path folder) throws IOException {
        Path text = folder.resolve("text.jsonl");
        Files.writeString(text, rows());
        DataSection data = new DataSection(
                text.toString(), null, MOST_TOKENS, false, 0.0, null, null, TrainOn.EVERYTHING, PromptStyle.RAW, null);
        return TrainConfig.of(Stage.SFT, folder.resolve("model").toString(), data)
                .withLora(new LoraSection(2, 4.0, 0.1, null, targets(), null, null, null, null))
                .withBatch(new BatchSection(2 * microBatches, 2))
                .withDuration(new DurationSection(null, STEPS, 0))
                .withCadence(new CadenceSection(STEPS, STEPS, STEPS, 2))
                .withMachine(new MachineSection(type, 1, null).on("cuda"));
    }

    private List<String> targets() {
        return switch (model) {
            case LLAMA, OPT -> List.of("q_proj", "v_proj");
            case GPT2 -> List.of("attn.c_proj");
            case BLOOM -> List.of("dense");
        };
    }

    private static String rows() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < ROWS_OF_TEXT; i++) {
            rows.append("{\"prompt\": \"%s\", \"completion\": \"q\"}\n".formatted("xy".substring(0, 1 + i % 2)));
        }
        return rows.toString();
    }

    /// Adapters, the optimizer's states, losses and norms.
    private static void requireSame(Path expected, Path actual) throws IOException {
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            long differs =
                    Files.mismatch(last(expected).resolve(file), last(actual).resolve(file));
            require(differs < 0, file + " differs at byte " + differs);
        }
        List<List<Number>> values = new ArrayList<>(TinyRun.values(expected));
        require(
                !values.isEmpty() && values.equals(TinyRun.values(actual)),
                values + " became " + TinyRun.values(actual));
    }

    private static Path last(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow().folder();
    }

    private static long heldOnDevice(Path run) throws IOException {
        return EventLog.read(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(RunEvent.MemoryMap.class::isInstance)
                .flatMap(event -> ((RunEvent.MemoryMap) event).tiers().stream())
                .filter(tier -> tier.tier().equals("device"))
                .mapToLong(RunEvent.MemoryMap.Tier::peakBytes)
                .max()
                .orElseThrow();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
