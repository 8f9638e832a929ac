package dev.gantry.engine.cuda;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/// Where packages for Windows put CUDA's libraries.
final class WindowsFolders {
    private WindowsFolders() {}

    /// A folder that a user names, such as a toolkit's, a Conda environment or pip's `site-packages\nvidia`.
    static void addNamed(Set<Path> folders, Path folder) {
        folders.add(folder);
        addBinaries(folders, folder);
        addBinaries(folders, folder.resolve("Library"));
        LibrarySearch.matching(folder, "*").forEach(part -> addBinaries(folders, part));
    }

    /// Toolkits, the one that the environment names before the newest; then Conda's environment, and Python's packages
    /// `nvidia-*`: those of a virtual environment, of the user, of Python itself.
    static void addUsual(Set<Path> folders, Map<String, String> environment) {
        add(environment, "CUDA_HOME", "", toolkit -> addBinaries(folders, toolkit));
        add(environment, "CUDA_PATH", "", toolkit -> addBinaries(folders, toolkit));
        add(
                environment,
                "ProgramFiles",
                "NVIDIA GPU Computing Toolkit/CUDA",
                versions -> LibrarySearch.matching(versions, "v*")
                        .reversed()
                        .forEach(toolkit -> addBinaries(folders, toolkit)));
        add(environment, "CONDA_PREFIX", "Library", library -> addBinaries(folders, library));
        add(environment, "VIRTUAL_ENV", "Lib", python -> addPip(folders, python));
        add(environment, "CONDA_PREFIX", "Lib", python -> addPip(folders, python));
        add(
                environment,
                "APPDATA",
                "Python",
                pythons -> LibrarySearch.matching(pythons, "Python3*")
                        .reversed()
                        .forEach(python -> addPip(folders, python)));
        add(
                environment,
                "LOCALAPPDATA",
                "Programs/Python",
                pythons -> LibrarySearch.matching(pythons, "Python3*")
                        .reversed()
                        .forEach(python -> addPip(folders, python.resolve("Lib"))));
    }

    private interface Adding {
        void from(Path folder);
    }

    private static void add(Map<String, String> environment, String variable, String below, Adding adding) {
        String folder = environment.get(variable);
        if (folder != null && !folder.isBlank()) {
            adding.from(Path.of(folder).resolve(below));
        }
    }

    private static void addPip(Set<Path> folders, Path python) {
        LibrarySearch.matching(python.resolve("site-packages/nvidia"), "*").forEach(part -> addBinaries(folders, part));
    }

    /// CUDA 13 has a folder for each processor in `bin`, that of pip's packages by another name.
    private static void addBinaries(Set<Path> folders, Path parent) {
        Path binaries = parent.resolve("bin");
        folders.add(binaries.resolve("x64"));
        folders.add(binaries.resolve("x86_64"));
        folders.add(binaries);
    }
}
