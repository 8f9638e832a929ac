package dev.gantry.engine.cuda;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where CUDA's libraries may lie, in the order in which they are looked for: folders named by the user, our own
/// component folder, the toolkit, the distribution's packages, pip's; at last whatever the system's loader knows.
public final class LibrarySearch {
    /// Folders that the user names, as in a search path.
    public static final String VARIABLE = "GANTRY_CUDA";

    private final List<Path> folders;

    /// @param folders that need not be there
    public LibrarySearch(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /// The usual places.
    ///
    /// @param home Gantry's folder: `cuda` in it is the component folder
    /// @param environment of the process
    /// @param root the file system's, `/`
    public static LibrarySearch usual(Path home, Map<String, String> environment, Path root) {
        Set<Path> folders = new LinkedHashSet<>();
        String named = environment.getOrDefault(VARIABLE, "");
        Arrays.stream(named.split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .forEach(folders::add);
        folders.add(home.resolve("cuda"));
        for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
            if (environment.containsKey(variable)) {
                addToolkit(folders, Path.of(environment.get(variable)));
            }
        }
        addToolkit(folders, root.resolve("usr/local/cuda"));
        matching(root.resolve("usr/local"), "cuda-*").reversed().forEach(toolkit -> addToolkit(folders, toolkit));
        folders.add(root.resolve("usr/lib/x86_64-linux-gnu"));
        folders.add(root.resolve("usr/lib64"));
        addPip(folders, environment, root);
        return new LibrarySearch(List.copyOf(folders));
    }

    private static void addToolkit(Set<Path> folders, Path toolkit) {
        folders.add(toolkit.resolve("lib64"));
        folders.add(toolkit.resolve("targets/x86_64-linux/lib"));
    }

    /// Python's packages `nvidia-*` unpack to `site-packages/nvidia/NAME/lib`.
    private static void addPip(Set<Path> folders, Map<String, String> environment, Path root) {
        List<Path> prefixes = new ArrayList<>();
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            if (environment.containsKey(variable)) {
                prefixes.add(Path.of(environment.get(variable), "lib"));
            }
        }
        if (environment.containsKey("HOME")) {
            prefixes.add(Path.of(environment.get("HOME"), ".local/lib"));
        }
        prefixes.add(root.resolve("usr/local/lib"));
        prefixes.add(root.resolve("usr/lib"));
        for (Path prefix : prefixes) {
            for (Path python : matching(prefix, "python3*").reversed()) {
                for (String packages : List.of("site-packages", "dist-packages")) {
                    for (Path part : matching(python.resolve(packages).resolve("nvidia"), "*")) {
                        folders.add(part.resolve("lib"));
                    }
                }
            }
        }
    }

    private static List<Path> matching(Path folder, String pattern) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
            entries.forEach(found::add);
        } catch (IOException | java.nio.file.DirectoryIteratorException _) {
            return List.of(); // what cannot be read holds nothing for us
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }

    public List<Path> folders() {
        return folders;
    }

    /// What to open, best first: files that are there, then names for the system's loader.
    ///
    /// @param names file names, the preferred first
    public List<String> candidates(List<String> names) {
        List<String> candidates = new ArrayList<>();
        for (Path folder : folders) {
            for (String name : names) {
                Path file = folder.resolve(name).toAbsolutePath();
                if (Files.isRegularFile(file)) {
                    candidates.add(file.toString());
                }
            }
        }
        candidates.addAll(names);
        return candidates;
    }
}
