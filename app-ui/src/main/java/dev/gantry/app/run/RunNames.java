package dev.gantry.app.run;

import dev.gantry.lora.train.config.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Names for new run folders.
public final class RunNames {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    private static final int LONGEST = 80;

    private RunNames() {}

    /// A folder in `runs` that does not exist yet, called by stage and time, so that they sort.
    public static Path next(Path runs, Stage stage) {
        String time = LocalDateTime.now(ZoneId.systemDefault()).format(TIME);
        return unused(runs, stage.name().toLowerCase(Locale.ROOT) + "-" + time);
    }

    /// A folder in `runs` that does not exist yet, called as a person wishes, as far as a file system can write it.
    ///
    /// @param wish what is left of it may be nothing: then stage and time
    public static Path next(Path runs, Stage stage, String wish) {
        String name = wish.strip().replaceAll("[^\\p{L}\\p{N}._-]+", "-").replaceAll("^[.-]+|[.-]+$", "");
        name = name.substring(0, Math.min(LONGEST, name.length()));
        return name.isEmpty() ? next(runs, stage) : unused(runs, name);
    }

    private static Path unused(Path runs, String base) {
        Path folder = runs.resolve(base);
        for (int i = 2; Files.exists(folder); i++) {
            folder = runs.resolve(base + "-" + i);
        }
        return folder;
    }
}
