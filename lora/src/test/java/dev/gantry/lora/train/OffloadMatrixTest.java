package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.data.DataPosition;
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
import dev.gantry.lora.train.config.OptimizerSection;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.Transfers;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Models of 20 times the device's budget and 4 times the host's and more, trained to the bits of runs without limits.
final class OffloadMatrixTest {
    private static final long STEPS = 2;
    private static final int COUNTED_STEPS = 3;
    private static final long DEVICE_DIVISOR = 20;
    private static final long LEAST_HOST_DIVISOR = 4;
    private static final int ROWS_OF_TEXT = 40;
    private static final int MOST_TOKENS = 7;

    /// How short rows become micro-batches.
    enum Packing {
        /// Sequences of a batch side by side, without their padding.
        PADDED,
        /// Several rows in a sequence.
        PACKED
    }

    enum Clipping {
        OFF,
        /// By a norm that every step exceeds.
        ON
    }

    enum Course {
        WHOLE,
        /// Stopped after a step without limits and gone on with within the budgets.
        RESUMED
    }

    enum Reads {
        OWN_FILES,
        COPY
    }

    /// One run. Together they hold every pair of values of any two columns but the number of layers.
    ///
    /// @param layers so many that the ring, which does not grow with them, is small beside them
    record Row(
            int layers,
            DeepModel model,
            ComputeType type,
            int microBatches,
            Packing packing,
            int ring,
            int hostDivisor,
            Clipping clipping,
            Course course,
            Reads reads) {
        List<Object> values() {
            return List.of(model, type, microBatches, packing, "ring " + ring, hostDivisor, clipping, course, reads);
        }
    }

    static final List<Row> ROWS = List.of(
            row(68, DeepModel.LLAMA, ComputeType.BF16, 1, Packing.PACKED, 1, 4, Clipping.ON, Course.WHOLE, Reads.COPY),
            row(
                    196,
                    DeepModel.LLAMA,
                    ComputeType.BF16,
                    3,
                    Packing.PACKED,
                    3,
                    4,
                    Clipping.ON,
                    Course.RESUMED,
                    Reads.COPY),
            row(
                    124,
                    DeepModel.LLAMA,
                    ComputeType.BF16,
                    1,
                    Packing.PADDED,
                    3,
                    16,
                    Clipping.ON,
                    Course.WHOLE,
                    Reads.COPY),
            row(
                    70,
                    DeepModel.LLAMA,
                    ComputeType.F32,
                    2,
                    Packing.PADDED,
                    2,
                    4,
                    Clipping.OFF,
                    Course.WHOLE,
                    Reads.OWN_FILES),
            row(96, DeepModel.GPT2, ComputeType.BF16, 1, Packing.PADDED, 2, 16, Clipping.OFF, Course.WHOLE, Reads.COPY),
            row(
                    110,
                    DeepModel.GPT2,
                    ComputeType.BF16,
                    3,
                    Packing.PACKED,
                    1,
                    16,
                    Clipping.ON,
                    Course.WHOLE,
                    Reads.OWN_FILES),
            row(98, DeepModel.GPT2, ComputeType.F32, 2, Packing.PACKED, 3, 4, Clipping.OFF, Course.RESUMED, Reads.COPY),
            row(
                    120,
                    DeepModel.OPT,
                    ComputeType.BF16,
                    2,
                    Packing.PACKED,
                    2,
                    16,
                    Clipping.ON,
                    Course.RESUMED,
                    Reads.COPY),
            row(
                    126,
                    DeepModel.OPT,
                    ComputeType.BF16,
                    1,
                    Packing.PADDED,
                    3,
                    4,
                    Clipping.ON,
                    Course.RESUMED,
                    Reads.OWN_FILES),
            row(
                    60,
                    DeepModel.OPT,
                    ComputeType.F32,
                    3,
                    Packing.PADDED,
                    1,
                    16,
                    Clipping.OFF,
                    Course.WHOLE,
                    Reads.OWN_FILES),
            row(
                    158,
                    DeepModel.BLOOM,
                    ComputeType.BF16,
                    3,
                    Packing.PADDED,
                    2,
                    16,
                    Clipping.ON,
                    Course.RESUMED,
                    Reads.OWN_FILES),
            row(
                    84,
                    DeepModel.BLOOM,
                    ComputeType.BF16,
                    2,
                    Packing.PADDED,
                    1,
                    4,
                    Clipping.OFF,
                    Course.RESUMED,
                    Reads.COPY),
            row(
                    90,
                    DeepModel.BLOOM,
                    ComputeType.F32,
                    1,
                    Packing.PACKED,
                    3,
                    16,
                    Clipping.ON,
                    Course.WHOLE,
                    Reads.OWN_FILES));

    private static Row row(
            int layers,
            DeepModel model,
            ComputeType type,
            int microBatches,
            Packing packing,
            int ring,
            int hostDivisor,
            Clipping clipping,
            Course course,
            Reads reads) {
        return new Row(layers, model, type, microBatches, packing, ring, hostDivisor, clipping, course, reads);
    }

    @TempDir
    private Path folder;

    @Test
    void rowsHoldEveryPairOfValues() {
        int columns = ROWS.getFirst().values().size();
        for (int a = 0; a < columns; a++) {
            for (int b = a + 1; b < columns; b++) {
                Set<Object> ofA = new HashSet<>();
                Set<Object> ofB = new HashSet<>();
                Set<List<Object>> pairs = new HashSet<>();
                for (Row row : ROWS) {
                    ofA.add(row.values().get(a));
                    ofB.add(row.values().get(b));
                    pairs.add(List.of(row.values().get(a), row.values().get(b)));
                }
                assertThat(pairs).as("columns %d and %d", a, b).hasSize(ofA.size() * ofB.size());
            }
        }
    }

    @ParameterizedTest
    @FieldSource("ROWS")
    void aModelFarLargerThanItsMemoryTrainsToTheSameBits(Row row) throws IOException {
        long weights = row.model()
                .writeTo(folder.resolve("model"), row.layers(), row.type().dtype());
        TrainConfig free = config(row, null, null);
        TrainConfig tight =
                config(row, new ByteSize(weights / DEVICE_DIVISOR), new ByteSize(weights / row.hostDivisor()));
        TrainingEnvironment within =
                TrainingEnvironment.quiet().withPlanning(new Planning(Planning.FIXED.machine(), List.of(row.ring())));

        TrainingPlan plan = new TrainingRun(within).plan(tight).memory();
        assertThat(plan.fits()).as("%s", plan).isTrue();
        assertThat(weights / plan.tier(Tier.DEVICE).bytes()).isGreaterThanOrEqualTo(DEVICE_DIVISOR);
        assertThat(weights / plan.tier(Tier.HOST).bytes()).isGreaterThanOrEqualTo(LEAST_HOST_DIVISOR);
        assertThat(blocks(plan).slots()).isEqualTo(row.ring());

        Path expected = folder.resolve("free");
        new TrainingRun(TrainingEnvironment.quiet()).start(free, expected);
        Path actual = folder.resolve("tight");
        run(row, free, tight, within, actual);
        assertSameBits(expected, actual);
        assertPeaks(plan, actual);
        countSteps(row, tight, within, plan);
    }

    private void run(Row row, TrainConfig free, TrainConfig tight, TrainingEnvironment within, Path run)
            throws IOException {
        switch (row.course()) {
            case WHOLE -> new TrainingRun(within).start(tight, run);
            case RESUMED -> {
                new TrainingRun(TrainingEnvironment.quiet().withProgress(new StopAfter(1))).start(free, run);
                MachineSection machine = tight.machine();
                new TrainingRun(within)
                        .resume(
                                run,
                                saved -> saved.within(
                                        machine.deviceMemory(), machine.hostMemory(), machine.diskFolder()));
            }
        }
    }

    private TrainConfig config(Row row, @Nullable ByteSize device, @Nullable ByteSize host) throws IOException {
        int rows = row.packing() == Packing.PADDED ? 2 : 1;
        String copies = device != null && row.reads() == Reads.COPY
                ? folder.resolve("copies").toString()
                : null;
        Path text = folder.resolve("text.jsonl");
        if (!Files.exists(text)) {
            Files.writeString(text, rows());
        }
        DataSection data = new DataSection(
                text.toString(),
                null,
                MOST_TOKENS,
                row.packing() == Packing.PACKED,
                0.0,
                null,
                null,
                TrainOn.EVERYTHING,
                PromptStyle.RAW,
                null);
        OptimizerSection optimizer = new OptimizerSection(
                null, 0.01, null, null, null, null, null, null, null, row.clipping() == Clipping.ON ? 1e-3 : 0);
        return TrainConfig.of(Stage.SFT, folder.resolve("model").toString(), data)
                .withLora(new LoraSection(1, 2.0, 0.1, null, targets(row.model()), null, null, null, null))
                .withOptimizer(optimizer)
                .withBatch(new BatchSection(rows * row.microBatches(), rows))
                .withDuration(new DurationSection(null, STEPS, 0))
                .withCadence(new CadenceSection(STEPS, STEPS, STEPS, 2))
                .withMachine(new MachineSection(row.type(), 1, null, device, host, copies));
    }

    private static List<String> targets(DeepModel model) {
        return switch (model) {
            case LLAMA, OPT -> List.of("q_proj");
            case GPT2 -> List.of("attn.c_proj");
            case BLOOM -> List.of("dense");
        };
    }

    /// Rows of a few tokens each, so that activations are small beside the weights.
    private static String rows() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < ROWS_OF_TEXT; i++) {
            String prompt = "xy".substring(0, 1 + i % 2);
            rows.append("{\"prompt\": \"%s\", \"completion\": \"q\"}\n".formatted(prompt));
        }
        return rows.toString();
    }

    private static FrozenPlan blocks(TrainingPlan plan) {
        return ((Placement.Weights.Tiered) plan.placement().weights()).plan();
    }

    /// Adapters, moments of the gradients, losses and norms.
    private static void assertSameBits(Path expected, Path actual) throws IOException {
        for (String file : List.of(PeftFolder.TENSORS_FILE, Checkpoint.OPTIMIZER_FILE)) {
            assertThat(last(actual).resolve(file))
                    .hasSameBinaryContentAs(last(expected).resolve(file));
        }
        List<List<Double>> losses = metrics(actual);
        assertThat(losses).hasSize((int) STEPS).isEqualTo(metrics(expected));
        assertThat(losses.getLast()).allMatch(Double::isFinite).doesNotContain(0.0);
    }

    private static List<List<Double>> metrics(Path run) throws IOException {
        List<List<Double>> metrics = new ArrayList<>();
        for (RunEvent event : EventLog.read(run.resolve(EventLog.FILE_NAME))) {
            if (event instanceof RunEvent.Metric metric) {
                metrics.add(List.of(metric.loss(), metric.gradNorm()));
            }
        }
        return metrics;
    }

    private static Path last(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow().folder();
    }

    /// What the accounts held at most: within the budgets, and as planned.
    private static void assertPeaks(TrainingPlan plan, Path run) throws IOException {
        for (Tier tier : List.of(Tier.DEVICE, Tier.HOST)) {
            String name = tier == Tier.DEVICE ? "device" : "host";
            long peak = EventLog.read(run.resolve(EventLog.FILE_NAME)).stream()
                    .filter(RunEvent.MemoryMap.class::isInstance)
                    .flatMap(event -> ((RunEvent.MemoryMap) event).tiers().stream())
                    .filter(map -> map.tier().equals(name) && map.budgetBytes() != null)
                    .mapToLong(RunEvent.MemoryMap.Tier::peakBytes)
                    .max()
                    .orElseThrow();
            assertThat(peak).as(name).isLessThanOrEqualTo(plan.tier(tier).budgetBytes());
            assertThat((double) plan.tier(tier).bytes()).as(name).isBetween(0.95 * peak, 1.05 * peak);
        }
    }

    /// Every step after the first moves what was planned, however many micro-batches it has, and allocates nothing.
    private void countSteps(Row row, TrainConfig tight, TrainingEnvironment within, TrainingPlan plan)
            throws IOException {
        try (RunInputs inputs = RunInputs.open(tight, within);
                TrainingSetup setup = TrainingSetup.of(inputs, folder.resolve("states"), within);
                StepData data = new StepData(
                        inputs.data().train(),
                        inputs.data().eval(),
                        inputs.settings().batchPlan(),
                        row.microBatches(),
                        DataPosition.START,
                        setup.device())) {
            DeviceTrainer trainer = (DeviceTrainer) setup.trainer();
            LoraTrainee trainee = (LoraTrainee) trainer.trainee();
            trainer.take(data.nextStep(), 0.01, 1);
            long allocations = trainer.step().allocations() + data.allocations();
            FrozenPlan blocks = blocks(plan);
            int streamed = row.layers() - blocks.count(Tier.DEVICE);
            long fetches = 2L * (streamed - blocks.slots());
            for (int step = 1; step < COUNTED_STEPS; step++) {
                Transfers before = trainee.transfers();
                trainer.take(data.nextStep(), 0.01, step);
                Transfers moved = trainee.transfers().since(before);
                assertThat(moved.blocks())
                        .isEqualTo(fetches)
                        .isEqualTo(plan.moved().blocks());
                assertThat(moved.bytesFromHost()).isEqualTo(plan.moved().hostBytes());
                assertThat(moved.bytesFromDisk()).isEqualTo(plan.moved().diskBytes());
            }
            assertThat(trainer.step().allocations() + data.allocations()).isEqualTo(allocations);
        }
    }
}
