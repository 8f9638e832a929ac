package dev.gantry.app;

import dev.gantry.zoo.catalog.GantryHome;
import java.nio.file.Path;

/// Keeps what libraries unpack for themselves in the folder of things that can be made again, not in folders of their
/// own all over the user's home.
final class UnpackedLibraries {
    private UnpackedLibraries() {}

    /// Tells them where, unless somebody has; to be called before any of them is touched.
    static void keepIn(GantryHome home) {
        Path cache = home.cache().resolve("native");
        tell("DJL_CACHE_DIR", cache.resolve("djl"));
        tell("jna.tmpdir", cache.resolve("jna"));
        tell("javafx.cachedir", cache.resolve("javafx"));
    }

    private static void tell(String property, Path folder) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, folder.toString());
        }
    }
}
