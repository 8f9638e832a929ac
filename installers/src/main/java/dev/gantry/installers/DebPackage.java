package dev.gantry.installers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A package for Debian and its kin from a [LinuxTree].
record DebPackage(Release release, Platform platform) {
    /// What the libraries in the package need that the package does not bring; either name, as releases differ.
    static final List<String> DEPENDS = List.of(
            "libc6", "libstdc++6", "libgcc-s1", "libgtk-3-0t64 | libgtk-3-0", "libgl1", "libxtst6", "libxxf86vm1");

    /// Writes the package into `folder`.
    ///
    /// @param tree a folder that stands for `/`; what describes the package is added to it
    Path write(Path tree, Path folder) throws IOException {
        Path about = Files.createDirectories(tree.resolve("DEBIAN"));
        Files.writeString(about.resolve("control"), control(FileTree.bytes(tree)));
        Files.writeString(about.resolve("md5sums"), sums(tree));
        FileTree.settle(about, release.time());
        Path file =
                folder.resolve("%s_%s_%s.deb".formatted(Release.COMMAND, release.version(), platform.debianMachine()));
        Tool.run(
                folder,
                // several threads would cut the archive into blocks by their number
                Map.of(
                        "SOURCE_DATE_EPOCH",
                        Long.toString(release.time().getEpochSecond()),
                        "DPKG_DEB_THREADS_MAX",
                        "1"),
                List.of("dpkg-deb", "--root-owner-group", "-Zxz", "-z3", "--build", tree.toString(), file.toString()));
        return file;
    }

    String control(long installedBytes) {
        return """
                Package: %s
                Version: %s
                Architecture: %s
                Maintainer: The authors of Gantry <authors@gantry.invalid>
                Installed-Size: %d
                Depends: %s
                Suggests: fonts-noto-cjk
                Section: science
                Priority: optional
                Description: %s
                 Import a model, choose data, train an adapter, talk to the model before and
                 after, export a merged model that loads elsewhere. No Python, no account,
                 no network; the Java that runs it is inside.
                """.formatted(
                        Release.COMMAND,
                        release.version(),
                        platform.debianMachine(),
                        (installedBytes + 1023) / 1024,
                        String.join(", ", DEPENDS),
                        Release.SUMMARY);
    }

    private static String sums(Path tree) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Path file : FileTree.files(tree)) {
            if (!file.startsWith(tree.resolve("DEBIAN")) && !Files.isSymbolicLink(file)) {
                lines.append(FileTree.md5(file))
                        .append("  ")
                        .append(tree.relativize(file))
                        .append('\n');
            }
        }
        return lines.toString();
    }
}
