package dev.gantry.app.chat;

import dev.gantry.lora.run.RunFolder;
import dev.gantry.lora.run.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// The model that a run trains or trained, as its settings name it.
public record RunBase(String model) {
    /// Empty for a folder that is no run, or one whose settings cannot be read.
    public static Optional<RunBase> of(Path run) throws IOException {
        Path config = run.resolve(RunFolder.CONFIG_FILE);
        if (!Files.isRegularFile(config)) {
            return Optional.empty();
        }
        try {
            String model = RunJson.LINES.readTree(config.toFile()).path("model").asString("");
            return model.isEmpty() ? Optional.empty() : Optional.of(new RunBase(model));
        } catch (JacksonException _) {
            // half written, or damaged: the Runs screen tells of it
            return Optional.empty();
        }
    }

    boolean isOn(VoiceShelf.Base base) {
        return model.equals(base.name()) || model.equals(base.folder().toString());
    }
}
