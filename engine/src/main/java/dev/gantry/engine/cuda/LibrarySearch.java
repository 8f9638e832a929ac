package dev.gantry.engine.cuda;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private final CudaPlatform platform;

    /// @param folders that need not be there
    public LibrarySearch(List<Path> folders) {
        this(folders, CudaPlatform.here());
    }

    LibrarySearch(List<Path> folders, CudaPlatform platform) {
        this.folders = List.copyOf(folders);
        this.platform = platform;
    }

    /// The usual places.
    ///
    /// @param home Gantry's folder: `cuda` in it is the component folder
    /// @param environment of the process
    /// @param root the file system's, `/`
    public static LibrarySearch usual(Path home, Map<String, String> environment, Path root) {
        return usual(home, List.of(), environment, root);
    }

    /// The usual places, and folders that a setting names.
    ///
    /// @param chosen looked at after those of [#VARIABLE] and before all others
    public static LibrarySearch usual(Path home, List<Path> chosen, Map<String, String> environment, Path root) {
        return usual(home, chosen, environment, root, CudaPlatform.here());
    }

    static LibrarySearch usual(
            Path home, List<Path> chosen, Map<String, String> environment, Path root, CudaPlatform platform) {
        Set<Path> folders = new LinkedHashSet<>();
        named(environment).forEach(folder -> addNamed(folders, folder, platform));
        chosen.forEach(folder -> addNamed(folders, folder, platform));
        folders.add(home.resolve("cuda"));
        switch (platform) {
            case LINUX -> addUsual(folders, environment, root);
            case WINDOWS -> WindowsFolders.addUsual(folders, environment);
        }
        return new LibrarySearch(List.copyOf(folders), platform);
    }

    private static void addUsual(Set<Path> folders, Map<String, String> environment, Path root) {
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
    }

    /// The folders that [#VARIABLE] names; without those that are no path on this system.
    public static List<Path> named(Map<String, String> environment) {
        List<Path> folders = new ArrayList<>();
        for (String folder : environment.getOrDefault(VARIABLE, "").split(File.pathSeparator, -1)) {
            try {
                if (!folder.isBlank()) {
                    folders.add(Path.of(folder.strip()));
                }
            } catch (InvalidPathException _) {
                // nothing can lie there
            }
        }
        return folders;
    }

    /// CUDA's libraries in a folder that a user names or where its packages put them below it: a toolkit's folder, a
    /// Conda environment, pip's `site-packages/nvidia`.
    public static List<Path> librariesIn(Path folder) {
        return librariesIn(folder, CudaPlatform.here());
    }

    static List<Path> librariesIn(Path folder, CudaPlatform platform) {
        Set<Path> folders = new LinkedHashSet<>();
        addNamed(folders, folder, platform);
        List<Path> libraries = new ArrayList<>();
        for (Path place : folders) {
            for (CudaLibraryKind kind : CudaLibraryKind.values()) {
                platform.fileNames(kind).stream()
                        .map(place::resolve)
                        .filter(Files::isRegularFile)
                        .forEach(libraries::add);
            }
        }
        return libraries;
    }

    private static void addNamed(Set<Path> folders, Path folder, CudaPlatform platform) {
        switch (platform) {
            case LINUX -> {
                folders.add(folder);
                addToolkit(folders, folder);
                folders.add(folder.resolve("lib"));
                matching(folder, "*").forEach(part -> folders.add(part.resolve("lib")));
            }
            case WINDOWS -> WindowsFolders.addNamed(folders, folder);
        }
    }

    private static void addToolkit(Set<Path> folders, Path toolkit) {
        folders.add(toolkit.resolve("lib64"));
        folders.add(toolkit.resolve("targets/x86_64-linux/lib"));
    }

    /// Python's packages `nvidia-*` unpack to `site-packages/nvidia/NAME/lib`, Conda's into its environment.
    private static void addPip(Set<Path> folders, Map<String, String> environment, Path root) {
        List<Path> prefixes = new ArrayList<>();
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            if (environment.containsKey(variable)) {
                prefixes.add(Path.of(environment.get(variable), "lib"));
            }
        }
        if (environment.containsKey("CONDA_PREFIX")) {
            folders.add(Path.of(environment.get("CONDA_PREFIX"), "lib"));
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

    /// What a folder holds whose name matches a pattern, by name; nothing where it cannot be read.
    static List<Path> matching(Path folder, String pattern) {
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

    /// File names of a library, the preferred first; none where NVIDIA does not make it for this system.
    List<String> fileNames(CudaLibraryKind kind) {
        return platform.fileNames(kind);
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
