package dev.gantry.installers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A package for Fedora, openSUSE and their kin from a [LinuxTree].
record RpmPackage(Release release, Platform platform) {
    /// Named by library and not by package, since distributions name packages as they like.
    static final List<String> REQUIRES = List.of(
            "libgtk-3.so.0", "libGL.so.1", "libXtst.so.6", "libXxf86vm.so.1", "libstdc++.so.6", "libgcc_s.so.1");

    private static final List<String> OWN_FOLDERS =
            List.of("opt/" + Release.COMMAND, "usr/share/doc/" + Release.COMMAND);

    /// Writes the package into `folder`.
    ///
    /// @param tree a folder that stands for `/`
    /// @param work for what rpmbuild makes on the way
    Path write(Path tree, Path work, Path folder) throws IOException {
        FileTree.delete(work);
        Files.createDirectories(work);
        Path spec = work.resolve(Release.COMMAND + ".spec");
        Files.writeString(spec, spec(tree));
        Tool.run(
                work,
                Map.of("SOURCE_DATE_EPOCH", Long.toString(release.time().getEpochSecond())),
                List.of(
                        "rpmbuild",
                        "-bb",
                        "--target",
                        platform.machine(),
                        "--define",
                        "_topdir " + work,
                        "--define",
                        "_rpmdir " + folder,
                        "--define",
                        "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
                        spec.toString()));
        return folder.resolve("%s-%s-1.%s.rpm".formatted(Release.COMMAND, release.version(), platform.machine()));
    }

    String spec(Path tree) throws IOException {
        String requires = String.join(
                ", ", REQUIRES.stream().map(name -> name + "()(64bit)").toList());
        return """
                Name: %s
                Version: %s
                Release: 1
                Summary: %s
                License: Apache-2.0
                Requires: %s
                Suggests: google-noto-sans-cjk-fonts
                AutoReqProv: no
                %%global debug_package %%{nil}
                %%global __os_install_post %%{nil}
                %%global _build_id_links none
                %%global _buildhost gantry
                %%global use_source_date_epoch_as_buildtime 1
                %%global clamp_mtime_to_source_date_epoch 1
                %%global _binary_payload w3.xzdio

                %%description
                Import a model, choose data, train an adapter, talk to the model before and
                after, export a merged model that loads elsewhere. No Python, no account,
                no network; the Java that runs it is inside.

                %%install
                cp -a '%s/.' "%%{buildroot}/"

                %%files
                %%defattr(-,root,root,-)
                %s
                """.formatted(
                Release.COMMAND, release.version(), Release.SUMMARY, requires, tree, String.join("\n", owned(tree)));
    }

    /// The program's own folders whole, and single files where others keep theirs, too.
    private static Set<String> owned(Path tree) throws IOException {
        Set<String> owned = new LinkedHashSet<>();
        for (Path file : FileTree.files(tree)) {
            Path inside = tree.relativize(file);
            Path whole = OWN_FOLDERS.stream()
                    .map(Path::of)
                    .filter(inside::startsWith)
                    .findFirst()
                    .orElse(inside);
            owned.add("/" + whole);
        }
        return owned;
    }
}
