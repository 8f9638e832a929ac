package dev.gantry.zoo.model;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.checkpoint.ShardedCheckpoint;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import dev.gantry.zoo.torch.TorchFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which weights of a model folder are read, chosen as transformers chooses.
///
/// @param entry the file to start from: the weights themselves, or an index of shards
public record WeightFiles(Format format, Path entry) {

    /// How the weights are stored.
    public enum Format {
        SAFETENSORS,
        SAFETENSORS_SHARDS,
        TORCH,
        TORCH_SHARDS
    }

    /// Looks into `folder`.
    ///
    /// @throws GantryException when there are no weights that can be read
    static WeightFiles find(Path folder) throws IOException {
        List<WeightFiles> candidates = List.of(
                new WeightFiles(Format.SAFETENSORS, folder.resolve("model.safetensors")),
                new WeightFiles(Format.SAFETENSORS_SHARDS, folder.resolve("model.safetensors.index.json")),
                new WeightFiles(Format.TORCH, folder.resolve("pytorch_model.bin")),
                new WeightFiles(Format.TORCH_SHARDS, folder.resolve("pytorch_model.bin.index.json")));
        for (WeightFiles candidate : candidates) {
            if (Files.isRegularFile(candidate.entry)) {
                return candidate;
            }
        }
        throw GantryException.badInput(
                "MODEL-NO-WEIGHTS",
                "cannot open the model " + folder,
                "there is no model.safetensors, no pytorch_model.bin and no index of shards in it; it holds "
                        + listing(folder),
                "Fetch the model's safetensors files into this folder.");
    }

    /// Opens the weights; the caller closes them.
    Checkpoint open() {
        return switch (format) {
            case SAFETENSORS -> SafetensorsFile.open(entry);
            case SAFETENSORS_SHARDS -> ShardedCheckpoint.open(entry, SafetensorsFile::open);
            case TORCH -> TorchFile.open(entry);
            case TORCH_SHARDS -> ShardedCheckpoint.open(entry, TorchFile::open);
        };
    }

    private static String listing(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            String names = files.map(f -> f.getFileName().toString())
                    .sorted()
                    .limit(12)
                    .collect(Collectors.joining(", "));
            return names.isEmpty() ? "nothing" : names;
        }
    }
}
