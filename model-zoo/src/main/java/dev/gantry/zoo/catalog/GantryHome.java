package dev.gantry.zoo.catalog;

import dev.gantry.engine.HomeFolder;
import java.nio.file.Path;

/// The folder that holds everything Gantry makes outside the places the user names.
public record GantryHome(Path folder) {
    public GantryHome {
        folder = folder.toAbsolutePath().normalize();
    }

    /// The home of this process, see [HomeFolder].
    public static GantryHome current() {
        return new GantryHome(HomeFolder.current());
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
