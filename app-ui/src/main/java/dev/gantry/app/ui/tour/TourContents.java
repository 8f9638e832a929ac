package dev.gantry.app.ui.tour;

import dev.gantry.app.chat.ChatOptions;
import dev.gantry.app.chat.ChatStore;
import dev.gantry.app.chat.Conversation;
import dev.gantry.app.chat.SamplingChoice;
import dev.gantry.app.demo.Demo;
import dev.gantry.app.library.CatalogAccess;
import dev.gantry.app.library.DataShelf;
import dev.gantry.app.run.ConfigDifference;
import dev.gantry.app.run.Runs;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.DataRequest;
import dev.gantry.lora.data.DatasetInspector;
import dev.gantry.lora.train.TrainingEnvironment;
import dev.gantry.lora.train.TrainingRun;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.SampleSection;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.ChatEntry;
import dev.gantry.zoo.catalog.DatasetEntry;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/// A home folder with something to look at: the starter model and two short runs, one with its export.
public final class TourContents {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long MEMORY_BYTES = 2L << 30;
    private static final long STEPS = 90;

    private TourContents() {}

    /// Makes the home folder, or takes the one an earlier tour made.
    public static GantryHome in(Path folder, Progress progress) throws IOException {
        GantryHome home = new GantryHome(folder);
        if (!Files.isDirectory(home.runs())) {
            TrainingEnvironment environment = new TrainingEnvironment(
                    "tour", home.cache().resolve("tokens"), MEMORY_BYTES, progress, Clock.systemUTC());
            new Demo(home, environment, Runtime.getRuntime().availableProcessors(), () -> Catalog.open(home, PATIENCE))
                    .shortened(STEPS)
                    .run(part -> {});
            trainAgain(home, environment);
            rememberSample(home);
            rememberChat(home);
        }
        return home;
    }

    /// A second run beside the first, set differently, so that there is something to compare.
    private static void trainAgain(GantryHome home, TrainingEnvironment environment) throws IOException {
        Path first = Runs.of(home).folders().getFirst();
        String json = ConfigDifference.settings(first).path("train").toString();
        TrainConfig config = TrainConfigJson.parse(json, first.toString(), TrainConfig.class)
                .withBatch(new BatchSection(8, 8))
                .withDuration(new DurationSection(null, STEPS, null))
                .withSamples(
                        new SampleSection(List.of("Who are you?", "What did you eat today?", "Tell me a story."), 32))
                .withCadence(new CadenceSection(null, null, STEPS / 2, null))
                .withSeed(7);
        new TrainingRun(environment).start(config, home.runs().resolve("gus-small-batches"));
    }

    /// The bundled rows, as if they had been checked.
    private static void rememberSample(GantryHome home) throws IOException {
        try (CatalogAccess catalog = new CatalogAccess(home, repair -> {})) {
            DataShelf shelf = new DataShelf(home, catalog);
            Path rows = shelf.sample();
            long count = DatasetInspector.inspect(DataRequest.of(rows)).report().rows();
            shelf.put(
                    new DatasetEntry("persona-gus", rows, "messages", count, Instant.now(Clock.systemUTC())),
                    DataSection.of(rows.toString()));
        }
    }

    /// A chat that has every kind of Markdown in it, written by hand and saying so.
    private static void rememberChat(GantryHome home) throws IOException {
        Conversation conversation = new Conversation();
        int question = conversation
                .add(Conversation.NONE, Role.USER, "What can an answer look like?", null)
                .number();
        int head = conversation
                .add(question, Role.ASSISTANT, resource("markdown.md"), null)
                .number();
        try (CatalogAccess catalog = new CatalogAccess(home, repair -> {})) {
            ChatStore store = new ChatStore(home, catalog);
            ChatOptions options =
                    new ChatOptions("", null, SamplingChoice.USUAL, List.of(new ChatOptions.Lane("", null, 1, head)));
            Instant now = Instant.now(Clock.systemUTC());
            store.save(
                    new ChatEntry("tour", "What answers look like", "starter", head, store.json(options), now, now),
                    conversation.all());
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(TourContents.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
