package dev.gantry.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.run.TrainerMark;
import dev.gantry.lora.starter.StarterCorpus;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.SampleSection;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Runs of a model of 100,000 parameters, trained in processes of their own: steps of a few milliseconds.
public final class TinyRuns {
    /// More steps than any test waits for.
    public static final long ENDLESS = 10_000_000;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final Path folder;
    private final Runs runs;

    public TinyRuns(Path folder) throws IOException {
        this.folder = folder;
        GantryHome home = new GantryHome(folder.resolve("home"));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        this.runs =
                new Runs(home, new TrainerJvm(java, classPath, List.of("-Xmx400m", "-XX:TieredStopAtLevel=1"), home));
        describeModel();
        new StarterCorpus().writeTo(folder.resolve("corpus.jsonl"), 5, 30_000);
    }

    public Runs runs() {
        return runs;
    }

    /// The starter's tokenizer, and the config.json of a far smaller model.
    private void describeModel() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")) {
            try (InputStream in = resource(name)) {
                Files.copy(in, model.resolve(name));
            }
        }
        try (InputStream in = resource("config.json")) {
            String config = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("\"hidden_size\": \\d+", "\"hidden_size\": 16")
                    .replaceAll("\"intermediate_size\": \\d+", "\"intermediate_size\": 24")
                    .replaceAll("\"num_hidden_layers\": \\d+", "\"num_hidden_layers\": 1")
                    .replaceAll("\"num_attention_heads\": \\d+", "\"num_attention_heads\": 2")
                    .replaceAll("\"num_key_value_heads\": \\d+", "\"num_key_value_heads\": 1")
                    .replaceAll("\"head_dim\": \\d+", "\"head_dim\": 8")
                    .replaceAll("\"max_position_embeddings\": \\d+", "\"max_position_embeddings\": 32");
            Files.writeString(model.resolve("config.json"), config);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(TinyRuns.class.getResourceAsStream("/dev/gantry/zoo/starter/" + name), name);
    }

    public TrainConfig config(long steps) {
        return TrainConfig.of(
                        Stage.PRETRAIN,
                        folder.resolve("model").toString(),
                        DataSection.of(folder.resolve("corpus.jsonl").toString()))
                .withBatch(new BatchSection(2, 2))
                .withDuration(new DurationSection(null, steps, 0))
                .withCadence(new CadenceSection(200L, 500L, 1_000_000L, 2))
                .withMachine(new MachineSection(null, 1, null))
                .withSamples(new SampleSection(List.of("Once upon"), 4));
    }

    /// Ends every trainer and waits until its end is noted in its run's folder, which can then be deleted.
    public void endTrainers() throws IOException, InterruptedException {
        for (Path run : runs.folders()) {
            TrainerMark.read(run).flatMap(TrainerMark::process).ifPresent(ProcessHandle::destroyForcibly);
        }
        for (Path run : runs.folders()) {
            long start = System.nanoTime();
            while (Files.exists(run.resolve(RunFiles.LOG)) && !Files.exists(run.resolve(RunFiles.EXIT))) {
                assertThat(System.nanoTime() - start).isLessThan(PATIENCE_NANOS);
                Thread.sleep(5);
            }
        }
    }

    /// Waits until the log of a run holds such an event.
    public static void await(Path run, Predicate<RunEvent> event) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!Files.exists(run.resolve(EventLog.FILE_NAME))
                || EventLog.read(run.resolve(EventLog.FILE_NAME)).stream().noneMatch(event)) {
            assertThat(System.nanoTime() - start)
                    .as(() -> "nothing happens in " + run + ": " + log(run))
                    .isLessThan(PATIENCE_NANOS);
            Thread.sleep(20);
        }
    }

    /// Waits until a step is taken after so many.
    public static void awaitStep(Path run, long step) throws IOException, InterruptedException {
        await(run, event -> event instanceof RunEvent.Metric && event.step() >= step);
    }

    /// Waits until a run came into a state.
    public static void awaitState(Path run, RunState state) throws IOException, InterruptedException {
        await(run, event -> event instanceof RunEvent.StateChange change && change.state() == state);
    }

    private static String log(Path run) {
        try {
            return Files.readString(run.resolve(RunFiles.LOG));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
