package dev.gantry.app.cli;

import dev.gantry.lora.train.config.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Names for new run folders: stage and time, so that they sort.
final class RunNames {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private RunNames() {}

    /// A folder in `runs` that does not exist yet.
    static Path next(Path runs, Stage stage) {
        String base = stage.name().toLowerCase(Locale.ROOT) + "-"
                + LocalDateTime.now(ZoneId.systemDefault()).format(TIME);
        Path folder = runs.resolve(base);
        for (int i = 2; Files.exists(folder); i++) {
            folder = runs.resolve(base + "-" + i);
        }
        return folder;
    }
}
