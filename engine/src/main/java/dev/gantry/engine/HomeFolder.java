package dev.gantry.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// Where the program keeps its own files: where each system's programs keep theirs, unless the user says otherwise.
public final class HomeFolder {
    private static final String CHOSEN = "GANTRY_HOME";
    /// Where earlier versions kept them; who has it keeps it.
    private static final String FORMER = ".gantry";

    private HomeFolder() {}

    /// The folder of this process, absolute; it need not be there yet.
    public static Path current() {
        return of(System.getenv(), System.getProperty("os.name", ""), Path.of(System.getProperty("user.home")));
    }

    /// @param environment the environment variables, as of [System#getenv()]
    /// @param operatingSystem as Java calls it
    /// @param user the user's folder
    public static Path of(Map<String, String> environment, String operatingSystem, Path user) {
        String chosen = environment.getOrDefault(CHOSEN, "");
        if (!chosen.isBlank()) {
            return Path.of(chosen).toAbsolutePath();
        }
        Path former = user.resolve(FORMER);
        return Files.isDirectory(former) ? former : ofSystem(environment, operatingSystem, user);
    }

    private static Path ofSystem(Map<String, String> environment, String operatingSystem, Path user) {
        String system = operatingSystem.toLowerCase(Locale.ROOT);
        if (system.startsWith("windows")) {
            return named(environment, "LOCALAPPDATA", user.resolve("AppData/Local"))
                    .resolve("Gantry");
        }
        if (system.startsWith("mac")) {
            return user.resolve("Library/Application Support/Gantry");
        }
        return named(environment, "XDG_DATA_HOME", user.resolve(".local/share")).resolve("gantry");
    }

    /// The folder a variable names, which counts only when it is absolute.
    private static Path named(Map<String, String> environment, String variable, Path otherwise) {
        String value = environment.getOrDefault(variable, "");
        return !value.isBlank() && Path.of(value).isAbsolute() ? Path.of(value) : otherwise;
    }
}
