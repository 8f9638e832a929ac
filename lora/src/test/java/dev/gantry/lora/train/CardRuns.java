package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.engine.device.Devices;
import dev.gantry.engine.device.MachineDevices;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import dev.gantry.lora.run.RunState;
import dev.gantry.lora.starter.StarterCorpus;
import dev.gantry.lora.train.config.CadenceSection;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Very small runs on a card that is the host, in a folder.
final class CardRuns {
    private static final long STEPS = 2;
    /// Few, since all that is kept back is evaluated.
    private static final int CORPUS_BYTES = 8_000;

    private final Path folder;
    private final Devices card;
    private final Path described;

    /// Skips the test where there is no g++.
    CardRuns(Path folder) throws IOException {
        this.folder = folder;
        card = new MachineDevices(HostCuda.cards(folder.resolve("kernels")));
        described = TinyRun.describedModel(folder.resolve("described"));
    }

    Devices card() {
        return card;
    }

    TrainConfig pretraining() throws IOException {
        Path corpus = folder.resolve("corpus.jsonl");
        if (Files.notExists(corpus)) {
            new StarterCorpus().writeTo(corpus, 5, CORPUS_BYTES);
        }
        return shortened(TinyRun.pretraining(described, corpus));
    }

    /// Of a model that the processor made.
    TrainConfig lora(ComputeType compute) throws IOException {
        Path made = folder.resolve("made");
        if (Files.notExists(made)) {
            on(Devices.PROCESSOR).start(pretraining().withMachine(new MachineSection(null, 1, null)), made);
        }
        Path model = last(made).resolve(Checkpoint.MODEL_FOLDER);
        Path questions = folder.resolve("questions.jsonl");
        TrainConfig config = TinyRun.lora(model, Files.exists(questions) ? questions : TinyRun.questions(questions));
        return shortened(config).withMachine(new MachineSection(compute, 1, null).on("cuda"));
    }

    private static TrainConfig shortened(TrainConfig config) {
        return config.withDuration(new DurationSection(null, STEPS, 0))
                .withCadence(new CadenceSection(STEPS, 1L, STEPS, 2))
                .withMachine(new MachineSection(null, 1, null).on("cuda"));
    }

    static TrainingRun on(Devices devices) {
        return new TrainingRun(TrainingEnvironment.quiet().withDevices(devices));
    }

    static Path last(Path run) throws IOException {
        return new CheckpointStore(run).newest().orElseThrow().folder();
    }

    /// A run on the card, to its end.
    ///
    /// @return its folder
    Path train(String name, TrainConfig config) throws IOException {
        Path run = folder.resolve(name);
        assertThat(on(card).start(config, run).state()).isEqualTo(RunState.FINISHED);
        return run;
    }
}
