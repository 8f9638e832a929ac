package dev.gantry.app.machine;

import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.engine.cuda.LibrarySearch;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A folder that the user names for CUDA's libraries.
///
/// @param written as the user wrote it
/// @param by who names it: the environment's variable, or `settings.json`
/// @param path where libraries are looked for; null when there is no such folder
/// @param fault why nothing comes of it, in a sentence; empty when a library lies there
public record CudaFolder(
        String written, String by, @Nullable Path path, String fault) {
    /// Under which the window's settings keep it.
    public static final String SETTING = "cuda.folder";

    private static final String SETTINGS = "settings.json";

    /// The folder that is kept in the settings of `home`; blank when none is.
    public static String kept(Path home) {
        return PreferenceStore.open(PreferenceStore.fileIn(home), Runnable::run)
                .current()
                .value(SETTING, "");
    }

    /// All that are named, in the order in which they are looked into.
    ///
    /// @param setting as it is written there; blank for none
    public static List<CudaFolder> named(Map<String, String> environment, String setting) {
        List<CudaFolder> folders = new ArrayList<>();
        for (Path folder : LibrarySearch.named(environment)) {
            folders.add(of(folder.toString(), LibrarySearch.VARIABLE));
        }
        if (!setting.isBlank()) {
            folders.add(ofSetting(setting));
        }
        return folders;
    }

    /// @param written anything; a setting must hold wherever Gantry is started, so it begins at the root
    public static CudaFolder ofSetting(String written) {
        String stripped = written.strip();
        try {
            if (!Path.of(stripped).isAbsolute()) {
                return new CudaFolder(stripped, SETTINGS, null, stripped + " does not begin at the root");
            }
        } catch (InvalidPathException _) {
            return new CudaFolder(stripped, SETTINGS, null, "that is no path on this system");
        }
        return of(stripped, SETTINGS);
    }

    private static CudaFolder of(String written, String by) {
        Path path = Path.of(written);
        if (!Files.exists(path)) {
            return new CudaFolder(written, by, null, "there is no folder " + written);
        }
        if (!Files.isDirectory(path)) {
            return new CudaFolder(written, by, null, written + " is a file; name the folder in which it lies");
        }
        if (!Files.isReadable(path) || !Files.isExecutable(path)) {
            return new CudaFolder(written, by, null, written + " cannot be read by you");
        }
        boolean holds = !LibrarySearch.librariesIn(path).isEmpty();
        return new CudaFolder(written, by, path, holds ? "" : "no library of CUDA that Gantry uses lies in " + written);
    }
}
