package dev.gantry.app.library;

import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the model that comes with the program lies once it was written out.
public final class StarterFolder {
    private StarterFolder() {}

    /// Writes the model out at first use and whenever it is not whole.
    public static Path in(GantryHome home) throws IOException {
        Path folder = home.models().resolve(Import.STARTER);
        if (!Files.exists(folder.resolve("model.safetensors"))) {
            StarterModel.copyTo(folder);
        }
        return folder;
    }
}
