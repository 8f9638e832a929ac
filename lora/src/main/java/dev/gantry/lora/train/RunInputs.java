package dev.gantry.lora.train;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.device.Devices;
import dev.gantry.lora.data.DataRequest;
import dev.gantry.lora.data.DatasetPreparer;
import dev.gantry.lora.data.PreparedDataset;
import dev.gantry.lora.data.batch.BatchStream;
import dev.gantry.lora.data.tokens.CacheKey;
import dev.gantry.lora.data.tokens.TargetModel;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.ResolvedSettings;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainDefaults;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.ChatTemplates;
import dev.gantry.zoo.tokenizer.SpecialTokens;
import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerFiles;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a run reads: model, tokenizer and data, and with them its complete settings.
final class RunInputs implements AutoCloseable {
    private final Resources resources = new Resources();
    private final BaseModel base;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final PreparedDataset data;
    private final ResolvedSettings settings;
    private final RunConfig runConfig;

    private RunInputs(Resources resources, TrainConfig asked, TrainingEnvironment environment) throws IOException {
        TrainConfig c = TrainDefaults.beforeData(asked);
        Path model = Path.of(c.model());
        this.base = resources.add(BaseModel.open(c.stage(), model));
        this.tokenizer = resources.add(TokenizerLoader.load(model, base.spec().vocabularySize()));
        this.template = template(c.data().template(), model, tokenizer.specialTokens());
        this.data = resources.add(prepare(c, environment));
        this.settings = new ResolvedSettings(complete(c, environment.devices()));
        this.runConfig = new RunConfig(
                environment.appVersion(),
                base.fingerprint(),
                CacheKey.ofFiles(List.of(Path.of(c.data().path()))),
                settings.config());
    }

    /// Opens everything; the caller closes the result.
    static RunInputs open(TrainConfig asked, TrainingEnvironment environment) throws IOException {
        Resources opened = new Resources();
        boolean complete = false;
        try {
            RunInputs inputs = new RunInputs(opened, asked, environment);
            inputs.resources.add(opened);
            complete = true;
            return inputs;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    private static ChatTemplate template(@Nullable String name, Path model, SpecialTokens tokens) throws IOException {
        ChatTemplates templates = new ChatTemplates(tokens);
        if (name != null) {
            return templates.named(name);
        }
        Optional<ChatTemplate> own = templates.forModel(model);
        return own.isPresent() ? own.get() : templates.named("chatml");
    }

    private PreparedDataset prepare(TrainConfig c, TrainingEnvironment environment) throws IOException {
        Path model = Path.of(c.model());
        String fingerprint = CacheKey.ofFiles(new TokenizerFiles(model).encoding());
        TargetModel target =
                new TargetModel(tokenizer, fingerprint, template, base.spec().maxPositions());
        DataRequest request =
                DataRequest.of(Path.of(c.data().path())).withOptions(new ResolvedSettings(c).dataOptions());
        var mapping = c.data().mapping();
        request = mapping == null ? request : request.withMapping(mapping);
        return new DatasetPreparer(target, environment.tokenCache()).prepare(request, environment.progress());
    }

    /// Fills in what depends on machine, model and data.
    private TrainConfig complete(TrainConfig c, Devices devices) {
        TrainConfig known = TrainDefaults.afterData(
                onDevice(c, devices),
                new TrainDefaults.Facts(
                        data.train().size(),
                        DecoderParameters.count(base.spec()),
                        data.summary().maxTokens()));
        Long asked = known.duration().maxSteps();
        return TrainDefaults.forSteps(known, asked != null ? asked : stepsOfEpochs(new ResolvedSettings(known)));
    }

    /// Names the device, so that a run goes on where it began, and what it suits an adapter to compute in.
    private static TrainConfig onDevice(TrainConfig c, Devices devices) {
        ResolvedSettings asked = new ResolvedSettings(c);
        DeviceChoice device = devices.settle(asked.device(), asked.ranks());
        MachineSection machine = c.machine().on(device.written());
        boolean chooses = machine.compute() == null && c.stage() == Stage.SFT;
        return c.withMachine(chooses ? machine.computingIn(devices.computeType(device, asked.ranks())) : machine);
    }

    private long stepsOfEpochs(ResolvedSettings known) {
        long batches = BatchStream.batches(data.train(), known.batchPlan(), known.epochs());
        return Math.max(1, Math.ceilDiv(batches, known.microBatches()));
    }

    BaseModel base() {
        return base;
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    ChatTemplate template() {
        return template;
    }

    PreparedDataset data() {
        return data;
    }

    ResolvedSettings settings() {
        return settings;
    }

    RunConfig runConfig() {
        return runConfig;
    }

    /// Tokens of the largest micro-batch.
    int maxBatchTokens() {
        return StepData.maxTokens(data.train(), data.eval(), settings.batchPlan());
    }

    @Override
    public void close() {
        resources.close();
    }
}
