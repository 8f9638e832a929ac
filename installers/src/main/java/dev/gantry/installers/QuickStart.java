package dev.gantry.installers;

import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.engine.GantryException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the JVM learns of the program's classes, kept in the image (JEP 514) so that the window is there sooner.
///
/// The JVM holds it against the jars' sizes and times and leaves it alone where they differ.
final class QuickStart {
    private static final String OPTION = "java-options=";

    private QuickStart() {}

    /// Opens every screen of the image's program once where nobody sees it.
    ///
    /// Java is called directly: options in the environment would go on to processes that the program starts,
    /// and the last of them to end would leave what it has learned. The home is not new, so that screens are
    /// looked at and nothing is computed: classes of kernels would take more room than they save time.
    ///
    /// @param home a folder for what the program writes meanwhile
    /// @return whether there is something to keep
    static boolean learn(ImageLayout layout, Path home, Instant time) throws IOException {
        FileTree.settle(layout.image(), time);
        Files.createDirectories(home);
        Files.writeString(PreferenceStore.fileIn(home), "{}");
        try {
            Tool.run(layout.app(), Map.of("GANTRY_HOME", home.toString()), command(layout, home));
        } catch (GantryException failed) {
            Files.deleteIfExists(layout.loadedClasses());
            return false;
        } finally {
            FileTree.delete(home);
        }
        return Files.exists(layout.loadedClasses());
    }

    /// Java with the options and the class path of the image's launcher.
    private static List<String> command(ImageLayout layout, Path home) throws IOException {
        Path bin = layout.runtime().resolve("bin");
        Path windows = bin.resolve("java.exe");
        List<String> command =
                new ArrayList<>(List.of((Files.exists(windows) ? windows : bin.resolve("java")).toString()));
        List<String> jars = new ArrayList<>();
        for (String line : Files.readAllLines(layout.launcherSettings())) {
            if (line.startsWith(OPTION) && !line.contains("AOTCache") && !line.contains("-Xlog")) {
                command.add(line.substring(OPTION.length()));
            } else if (line.startsWith(AppImage.CLASS_PATH)) {
                String jar = line.substring(line.lastIndexOf('/') + 1);
                jars.add(layout.app().resolve(jar).toString());
            }
        }
        command.add("-XX:AOTCacheOutput=" + layout.loadedClasses());
        command.addAll(List.of("-cp", String.join(File.pathSeparator, jars), Release.MAIN_CLASS));
        command.addAll(List.of("tour", home.resolve("tour").toString(), "--this-home", "--theme", "light"));
        return command;
    }
}
