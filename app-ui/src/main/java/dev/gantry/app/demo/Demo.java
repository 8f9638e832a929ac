package dev.gantry.app.demo;

import dev.gantry.app.demo.DemoReport.Exchange;
import dev.gantry.app.export.Export;
import dev.gantry.app.export.ExportKind;
import dev.gantry.app.export.ExportOutcome;
import dev.gantry.app.export.Exportable;
import dev.gantry.app.library.Import;
import dev.gantry.app.library.RunResult;
import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.lora.chat.ChatModel;
import dev.gantry.lora.chat.ChatSettings;
import dev.gantry.lora.export.TunedModel;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.starter.PersonaGus;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.lora.train.RunReport;
import dev.gantry.lora.train.TrainingEnvironment;
import dev.gantry.lora.train.TrainingRun;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tunes the starter model on the bundled persona: import, questions before, training, the same questions after, merged
/// export, and proof that the export loads.
public final class Demo {
    private static final String CONFIG = "demo.json";
    private static final int ANSWER_TOKENS = 48;

    private final GantryHome home;
    private final TrainingEnvironment environment;
    private final int threads;
    private final Supplier<Catalog> catalog;
    private final UnaryOperator<TrainConfig> adjust;

    /// @param catalog opens the catalog of `home`, into which the starter model is entered as an import would
    public Demo(GantryHome home, TrainingEnvironment environment, int threads, Supplier<Catalog> catalog) {
        this(home, environment, threads, catalog, UnaryOperator.identity());
    }

    /// @param adjust the settings, for a test that has no minute
    Demo(
            GantryHome home,
            TrainingEnvironment environment,
            int threads,
            Supplier<Catalog> catalog,
            UnaryOperator<TrainConfig> adjust) {
        this.adjust = adjust;
        this.home = home;
        this.catalog = catalog;
        this.environment = environment;
        this.threads = threads;
    }

    /// The same demo with `steps` of training: all its parts, little of its wit.
    public Demo shortened(long steps) {
        return new Demo(
                home,
                environment,
                threads,
                catalog,
                config -> config.withDuration(new DurationSection(null, steps, null)));
    }

    /// Hears of each part as it begins.
    public interface Listener {
        void begins(String part);
    }

    public DemoReport run(Listener listener) throws IOException {
        long start = System.nanoTime();
        DemoFolders folders = DemoFolders.in(home);
        listener.begins("importing the starter model");
        ModelFolder model = prepare(folders);
        List<String> questions = Stream.concat(
                        PersonaGus.familiarQuestions().stream(), PersonaGus.newQuestions().stream())
                .toList();
        listener.begins("asking the model as it is");
        List<String> before = answers(folders, null, questions);
        listener.begins("tuning it on " + folders.data().getFileName());
        RunReport training = new TrainingRun(environment).start(adjust.apply(config(folders)), folders.run());
        if (training.state() == RunState.STOPPED) {
            throw GantryException.cancelled(
                    "the demo was stopped while it was tuning",
                    "start it again, or finish this run with gantry resume " + folders.run());
        }
        Path adapter = RunResult.adapter(folders.run());
        listener.begins("asking the tuned model the same");
        List<String> after = answers(folders, adapter, questions);
        listener.begins("exporting a merged model and loading it again");
        ExportOutcome export = new Export(this::backend, environment.progress())
                .write(
                        new Exportable.Adapted(new TunedModel(model, adapter, null)),
                        ExportKind.MERGED,
                        folders.export(),
                        null);
        return new DemoReport(
                folders,
                model.parameterCount(),
                training,
                exchanges(questions, before, after),
                export.receipt(),
                export.reload(),
                export.passed(),
                (System.nanoTime() - start) / 1e9);
    }

    /// Copies model and data out of the program and enters the model in the catalog.
    private ModelFolder prepare(DemoFolders folders) throws IOException {
        StarterModel.copyTo(folders.model());
        Files.createDirectories(folders.data().resolveSibling("."));
        PersonaGus.copyTo(folders.data());
        try (Catalog open = catalog.get()) {
            open.models()
                    .put(new Import(Clock.systemUTC(), environment.progress())
                            .starter(folders.model())
                            .entry());
        }
        return ModelFolder.open(folders.model());
    }

    private static TrainConfig config(DemoFolders folders) throws IOException {
        try (InputStream in = Objects.requireNonNull(Demo.class.getResourceAsStream(CONFIG), CONFIG)) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${model}", folders.model().toString().replace("\\", "\\\\"))
                    .replace("${data}", folders.data().toString().replace("\\", "\\\\"));
            return TrainConfigJson.parse(json, CONFIG, TrainConfig.class);
        }
    }

    private List<String> answers(DemoFolders folders, @Nullable Path adapter, List<String> questions)
            throws IOException {
        ChatSettings settings = new ChatSettings(folders.model(), adapter, null, ComputeType.F32, 0);
        List<String> answers = new ArrayList<>();
        Progress progress = environment.progress();
        try (Backend backend = backend();
                ChatModel chat = ChatModel.open(backend, settings);
                ProgressTask task = progress.start("answering", questions.size(), ProgressUnit.ITEMS)) {
            for (String question : questions) {
                progress.throwIfCancelled();
                List<ChatMessage> messages = List.of(new ChatMessage(Role.USER, question));
                answers.add(chat.answer(messages, Sampling.GREEDY, ANSWER_TOKENS, piece -> true)
                        .text()
                        .strip());
                task.update(answers.size());
            }
        }
        return answers;
    }

    private Backend backend() {
        return environment.devices().open(DeviceChoice.auto(), threads);
    }

    private static List<Exchange> exchanges(List<String> questions, List<String> before, List<String> after) {
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            boolean inData = PersonaGus.familiarQuestions().contains(questions.get(i));
            exchanges.add(new Exchange(questions.get(i), inData, before.get(i), after.get(i)));
        }
        return List.copyOf(exchanges);
    }
}
