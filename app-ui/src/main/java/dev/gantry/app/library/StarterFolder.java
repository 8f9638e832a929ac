package dev.gantry.app.library;

import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the model that comes with the program lies once it was written out.
public final class StarterFolder {
    private StarterFolder() {}

    /// Writes the model out at first use and whenever it is not whole; one thread at a time.
    public static synchronized Path in(GantryHome home) throws IOException {
        Path folder = place(home);
        if (!isWhole(home)) {
            StarterModel.copyTo(folder);
        }
        return folder;
    }

    /// Whether it was written out to its end.
    public static synchronized boolean isWhole(GantryHome home) {
        return Files.exists(place(home).resolve("model.safetensors"));
    }

    private static Path place(GantryHome home) {
        return home.models().resolve(Import.STARTER);
    }
}
