package dev.gantry.zoo.model;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.family.Families;
import dev.gantry.zoo.family.Family;
import dev.gantry.zoo.family.ModelConfig;
import dev.gantry.zoo.family.ModelTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A model in Hugging Face's layout that was checked and can be loaded; the folder itself is never changed.
///
/// @param spec a reward model's says that its head is tied, as it has no language head
/// @param files the files that hold the weights
/// @param dtype storage type of most of the weights
/// @param parameterCount scalar parameters of the decoder
/// @param bytes size of the weight files
/// @param fingerprint SHA-256 in hex over config, tensor table, sizes and samples: equal for equal models
public record ModelFolder(
        Path path,
        ModelConfig config,
        Family family,
        ModelTask task,
        DecoderSpec spec,
        WeightFiles weights,
        List<Path> files,
        ParameterMap parameters,
        DType dtype,
        long parameterCount,
        long bytes,
        TokenizerKind tokenizer,
        String fingerprint) {

    /// Reads config and headers and checks that every parameter is there in the right shape; reads no weights.
    ///
    /// @throws GantryException when the folder holds no model, a damaged one, or one of an unknown kind
    public static ModelFolder open(Path folder) throws IOException {
        Path configFile = folder.resolve("config.json");
        if (!Files.isRegularFile(configFile)) {
            throw GantryException.badInput(
                    "MODEL-NO-CONFIG",
                    "cannot open the model " + folder,
                    Files.isDirectory(folder) ? "there is no config.json in it" : "it is not a folder",
                    "Give the folder that holds the model's config.json and weights.");
        }
        ModelConfig config = ModelConfig.read(configFile);
        Family family = Families.of(config);
        ModelTask task = Families.task(family, config);
        DecoderSpec spec = family.spec(config);
        WeightFiles weights = WeightFiles.find(folder);
        try (Checkpoint checkpoint = weights.open()) {
            ParameterMap parameters = new ParameterMatcher(folder, spec, family.names(), checkpoint).match(task);
            return new ModelFolder(
                    folder,
                    config,
                    family,
                    task,
                    spec,
                    weights,
                    List.copyOf(checkpoint.files()),
                    parameters,
                    dominantType(parameters, checkpoint),
                    DecoderParameters.count(spec),
                    bytes(checkpoint.files()),
                    TokenizerKind.in(folder),
                    Fingerprint.of(configFile, checkpoint));
        }
    }

    /// Maps the weights; the caller closes what comes back.
    public LoadedModel load() {
        return LoadedModel.load(this);
    }

    /// SHA-256 in hex of each weight file, in the order of {@link #files}; reads them whole.
    public List<String> contentSha256(Progress progress) throws IOException {
        List<String> digests = new ArrayList<>();
        for (Path file : files) {
            digests.add(FileDigest.sha256(file, progress));
        }
        return digests;
    }

    private static DType dominantType(ParameterMap parameters, Checkpoint checkpoint) {
        Map<DType, Long> bytes = new EnumMap<>(DType.class);
        for (String name : parameters.names().values()) {
            TensorInfo entry = checkpoint.tensors().get(name);
            if (entry != null) {
                bytes.merge(entry.dtype(), entry.bytes(), Long::sum);
            }
        }
        return bytes.entrySet().stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .orElseThrow()
                .getKey();
    }

    private static long bytes(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return bytes;
    }
}
