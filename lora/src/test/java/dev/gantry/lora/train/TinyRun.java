package dev.gantry.lora.train;

import dev.gantry.lora.data.DataPosition;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.starter.StarterCorpus;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.LoraSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.SampleSection;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// Makes the inputs of very small runs: a model to pre-train, text, and questions with answers.
final class TinyRun {
    static final long STEPS = 9;

    private TinyRun() {}

    /// A folder with the starter's tokenizer and the config.json of a model of 100,000 parameters.
    static Path describedModel(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")) {
            try (InputStream in = TinyRun.class.getResourceAsStream("/dev/gantry/zoo/starter/" + name)) {
                Files.copy(Objects.requireNonNull(in, name), folder.resolve(name));
            }
        }
        try (InputStream in = TinyRun.class.getResourceAsStream("/dev/gantry/zoo/starter/config.json")) {
            String config = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("\"hidden_size\": \\d+", "\"hidden_size\": 16")
                    .replaceAll("\"intermediate_size\": \\d+", "\"intermediate_size\": 24")
                    .replaceAll("\"num_hidden_layers\": \\d+", "\"num_hidden_layers\": 2")
                    .replaceAll("\"num_attention_heads\": \\d+", "\"num_attention_heads\": 2")
                    .replaceAll("\"num_key_value_heads\": \\d+", "\"num_key_value_heads\": 1")
                    .replaceAll("\"head_dim\": \\d+", "\"head_dim\": 8")
                    .replaceAll("\"max_position_embeddings\": \\d+", "\"max_position_embeddings\": 64");
            Files.writeString(folder.resolve("config.json"), config);
        }
        return folder;
    }

    static Path corpus(Path file) throws IOException {
        new StarterCorpus().writeTo(file, 5, 60_000);
        return file;
    }

    static Path questions(Path file) throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            rows.append("{\"messages\":[{\"role\":\"user\",\"content\":\"What is number %d?\"},".formatted(i))
                    .append("{\"role\":\"assistant\",\"content\":\"Number %d is a good number.\"}]}\n".formatted(i));
        }
        Files.writeString(file, rows.toString());
        return file;
    }

    static TrainConfig pretraining(Path model, Path corpus) {
        return small(TrainConfig.of(Stage.PRETRAIN, model.toString(), DataSection.of(corpus.toString())))
                .withSamples(new SampleSection(List.of("Once upon"), 6));
    }

    static TrainConfig lora(Path model, Path questions) {
        return small(TrainConfig.of(Stage.SFT, model.toString(), DataSection.of(questions.toString())))
                .withLora(new LoraSection(3, 6.0, 0.1, null, null, null, null, null, null))
                .withSamples(new SampleSection(List.of("What is number 3?"), 6));
    }

    /// The steps of a run from its start.
    static StepData steps(RunInputs inputs, TrainingSetup setup) throws IOException {
        return new StepData(
                inputs.data().train(),
                inputs.data().eval(),
                inputs.settings().batchPlan(),
                inputs.settings().microBatches(),
                DataPosition.START,
                setup.device());
    }

    /// The same in few and small steps.
    static TrainConfig small(TrainConfig config) {
        return config.withBatch(new BatchSection(4, 2))
                .withDuration(new DurationSection(null, STEPS, 0))
                .withCadence(new CadenceSection(4L, 2L, 4L, 2))
                .withMachine(new MachineSection(null, 1, null));
    }

    /// Step, loss, gradient norm and rate of every step, and every evaluation, in the order of the log: all that still
    /// counts.
    static List<List<Number>> values(Path run) throws IOException {
        return EventLog.current(run.resolve(EventLog.FILE_NAME)).stream()
                .filter(event -> event instanceof RunEvent.Metric || event instanceof RunEvent.Evaluation)
                .map(event -> switch (event) {
                    case RunEvent.Metric m -> List.<Number>of(m.step(), m.loss(), m.gradNorm(), m.learningRate());
                    case RunEvent.Evaluation e -> List.<Number>of(e.step(), e.evalLoss());
                    default -> List.<Number>of();
                })
                .toList();
    }
}
