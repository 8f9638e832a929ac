package dev.gantry.app.machine;

import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.RunJson;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// What was measured on this machine, and when; kept in the home folder until it is measured again.
public record MeasuredRates(Instant measured, MachineReport.Rates rates) {
    /// The file in the home folder.
    public static final String FILE_NAME = "machine.json";

    /// What was kept; empty when nothing was, or when the file cannot be read: then it is measured again.
    public static Optional<MeasuredRates> read(GantryHome home) throws IOException {
        Path file = home.folder().resolve(FILE_NAME);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(RunJson.LINES.readValue(Files.readString(file), MeasuredRates.class));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    public void keep(GantryHome home) throws IOException {
        Files.createDirectories(home.folder());
        DurableFiles.write(home.folder().resolve(FILE_NAME), RunJson.PRETTY.writeValueAsString(this) + "\n");
    }
}
