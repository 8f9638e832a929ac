package dev.gantry.lora.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The starter model's files, which come inside the program and are copied out to be used.
public final class StarterModel {

    private static final String FOLDER = "/dev/gantry/zoo/starter/";
    private static final String WEIGHTS = "model.safetensors";
    private static final List<String> DEFINITION = List.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json");

    private StarterModel() {}

    /// Writes the whole model into `folder`, as Hugging Face lays it out.
    public static void copyTo(Path folder) throws IOException {
        copyDefinitionTo(folder);
        BundledFiles.copy(FOLDER + WEIGHTS, folder.resolve(WEIGHTS));
    }

    /// Writes configuration and tokenizer alone: what pre-training starts from.
    public static void copyDefinitionTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : DEFINITION) {
            BundledFiles.copy(FOLDER + name, folder.resolve(name));
        }
    }
}
