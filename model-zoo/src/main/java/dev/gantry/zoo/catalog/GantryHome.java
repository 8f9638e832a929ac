package dev.gantry.zoo.catalog;

import java.nio.file.Path;
import java.util.Map;

/// The folder that holds everything Gantry makes outside the places the user names.
public record GantryHome(Path folder) {
    public GantryHome {
        folder = folder.toAbsolutePath().normalize();
    }

    /// The folder of `GANTRY_HOME`, else `.gantry` in the user's home folder.
    ///
    /// @param environment the environment variables, as of [System#getenv()]
    public static GantryHome of(Map<String, String> environment) {
        String chosen = environment.getOrDefault("GANTRY_HOME", "");
        return new GantryHome(chosen.isBlank() ? Path.of(System.getProperty("user.home"), ".gantry") : Path.of(chosen));
    }

    /// Models that Gantry itself made or fetched; imported models stay where they are.
    public Path models() {
        return folder.resolve("models");
    }

    /// One folder a run; the truth of what happened.
    public Path runs() {
        return folder.resolve("runs");
    }

    /// Things that can be made again: tokenised data, unpacked libraries.
    public Path cache() {
        return folder.resolve("cache");
    }

    /// The index and the list of references it is rebuilt from.
    public Path catalog() {
        return folder.resolve("catalog");
    }
}
