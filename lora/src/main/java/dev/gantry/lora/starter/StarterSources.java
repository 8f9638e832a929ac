package dev.gantry.lora.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Everything that the starter model was pre-trained from, and the rows it is tuned on in the demo.
public final class StarterSources {
    private static final String TRAIN = "train.json";

    private StarterSources() {}

    /// Writes `corpus.jsonl`, `definition/`, `train.json` and `persona-gus.jsonl` into `folder`; training with the
    /// settings there makes the starter model again.
    ///
    /// @return the settings
    public static Path writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        StarterRecipe recipe = StarterRecipe.bundled();
        new StarterCorpus().writeTo(folder.resolve("corpus.jsonl"), recipe.seed(), recipe.corpusBytes());
        StarterModel.copyDefinitionTo(folder.resolve("definition"));
        Files.writeString(folder.resolve(PersonaGus.FILE_NAME), PersonaRows.jsonl());
        Path settings = folder.resolve(TRAIN);
        BundledFiles.copy("/dev/gantry/zoo/starter/" + TRAIN, settings);
        return settings;
    }
}
