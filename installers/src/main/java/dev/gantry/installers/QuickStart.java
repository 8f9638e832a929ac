package dev.gantry.installers;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What the JVM learns of the program's classes, kept in the image (JEP 514) so that the window is there sooner.
///
/// The JVM holds it against the jars' sizes and times and leaves it alone where they differ.
final class QuickStart {
    private QuickStart() {}

    /// Opens every screen of the image's program once where nobody sees it.
    ///
    /// @param home a folder for what the program writes meanwhile
    /// @return whether there is something to keep
    static boolean learn(ImageLayout layout, Path home, Instant time) throws IOException {
        FileTree.settle(layout.image(), time);
        Path command = layout.app().resolve(Release.COMMAND);
        if (!Files.exists(command)) {
            command = layout.app().resolve("gantry.cmd");
        }
        try {
            Tool.run(
                    layout.app(),
                    Map.of(
                            "GANTRY_HOME",
                            home.toString(),
                            "GANTRY_JVM_OPTS",
                            "-XX:AOTCacheOutput=" + layout.loadedClasses().getFileName()),
                    List.of(
                            command.toString(),
                            "tour",
                            home.resolve("tour").toString(),
                            "--this-home",
                            "--theme",
                            "light"));
        } catch (GantryException failed) {
            Files.deleteIfExists(layout.loadedClasses());
            return false;
        } finally {
            FileTree.delete(home);
        }
        return Files.exists(layout.loadedClasses());
    }
}
