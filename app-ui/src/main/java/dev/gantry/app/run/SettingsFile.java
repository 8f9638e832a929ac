package dev.gantry.app.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Settings of a run in a file of its own kind, which a desktop opens in the window. Inside it is the JSON that `gantry
/// train` takes from a file of any name.
public final class SettingsFile {
    /// Without its dot; packages tell the desktop of it.
    public static final String EXTENSION = "gantry";

    /// What files of settings are looked for as.
    public static final List<String> PATTERNS = List.of("*." + EXTENSION, "*.json");

    private SettingsFile() {}

    /// The file when the program was started with one and nothing else.
    public static Optional<Path> alone(List<String> arguments) {
        if (arguments.size() != 1 || !arguments.getFirst().endsWith("." + EXTENSION)) {
            return Optional.empty();
        }
        return Optional.of(Path.of(arguments.getFirst()).toAbsolutePath()).filter(Files::isRegularFile);
    }
}
