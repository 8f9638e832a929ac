package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.data.tokens.CacheKey;
import dev.gantry.lora.memory.CheckpointModel;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.offload.frozen.StoredPlace;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.TrainedModel;
import dev.gantry.zoo.family.Families;
import dev.gantry.zoo.family.Family;
import dev.gantry.zoo.family.ModelConfig;
import dev.gantry.zoo.family.ModelTask;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// The model a run starts from: a checkpoint, or only the description of a model to make.
final class BaseModel implements AutoCloseable {
    private final Path folder;
    private final Family family;
    private final ModelConfig config;
    private final DecoderSpec spec;
    private final String fingerprint;
    private final @Nullable LoadedModel loaded;

    private BaseModel(
            Path folder,
            Family family,
            ModelConfig config,
            DecoderSpec spec,
            String fingerprint,
            @Nullable LoadedModel loaded) {
        this.folder = folder;
        this.family = family;
        this.config = config;
        this.spec = spec;
        this.fingerprint = fingerprint;
        this.loaded = loaded;
    }

    static BaseModel open(Stage stage, Path folder) throws IOException {
        return switch (stage) {
            case SFT, FULL -> checkpoint(ModelFolder.open(folder));
            case PRETRAIN -> description(folder);
        };
    }

    private static BaseModel checkpoint(ModelFolder model) {
        if (model.task() != ModelTask.CAUSAL_LM) {
            throw GantryException.badInput(
                    "MODEL-TASK",
                    "cannot train " + model.path(),
                    "it gives scores, not text",
                    "Choose a language model.");
        }
        return new BaseModel(
                model.path(), model.family(), model.config(), model.spec(), model.fingerprint(), model.load());
    }

    private static BaseModel description(Path folder) throws IOException {
        Path file = folder.resolve("config.json");
        if (!Files.isRegularFile(file)) {
            throw GantryException.badInput(
                    "MODEL-NO-CONFIG",
                    "cannot pre-train a model in " + folder,
                    "there is no config.json in it",
                    "Give a folder with the config.json and the tokenizer of the model to make.");
        }
        ModelConfig config = ModelConfig.read(file);
        Family family = Families.of(config);
        return new BaseModel(folder, family, config, family.spec(config), CacheKey.ofFiles(List.of(file)), null);
    }

    Path folder() {
        return folder;
    }

    Family family() {
        return family;
    }

    ModelConfig config() {
        return config;
    }

    DecoderSpec spec() {
        return spec;
    }

    String fingerprint() {
        return fingerprint;
    }

    /// Type each parameter is stored in; f32 for a model to make.
    Map<ParameterId, DType> storedTypes() {
        Map<ParameterId, DType> types = new HashMap<>();
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            ParameterId id = parameter.id();
            types.put(
                    id,
                    loaded == null ? DType.F32 : loaded.model().parameter(id).dtype());
        }
        return types;
    }

    /// @throws IllegalStateException when there are no weights yet
    DecoderModel weights() {
        return loaded().model();
    }

    /// The weights with their places in files, for what reads them past the page cache.
    ///
    /// @throws IllegalStateException when there are no weights yet
    StoredModel stored() {
        return new StoredModel(loaded().model(), places());
    }

    /// Where files hold the weights byte for byte; nowhere for a model to make.
    Map<ParameterId, StoredPlace> places() {
        return loaded == null ? Map.of() : CheckpointModel.places(loaded);
    }

    /// All parameters of the model as what is trained.
    ///
    /// @param decay whether weight decay pulls at a tensor of so many axes
    RecordLayout trainedWhole(ComputeType compute, IntFunction<WeightDecay> decay) {
        return new RecordLayout(TrainedModel.of(spec, compute, family.names()::standard, decay));
    }

    private LoadedModel loaded() {
        if (loaded == null) {
            throw new IllegalStateException(folder + " only describes a model");
        }
        return loaded;
    }

    @Override
    public void close() {
        if (loaded != null) {
            loaded.close();
        }
    }
}
