package dev.gantry.installers;

import dev.gantry.app.run.SettingsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The installer of Windows and the disk image of macOS, which jpackage makes of an image.
record JpackageInstaller(Release release, PackageType type) {
    /// By which Windows knows that one version replaces another; never changes.
    private static final String UPGRADE_ID = "6f1b1a5e-6d1d-4c39-9d55-0e6a2f5a7c11";

    private static final String WIX_SOURCE = "main.wxs";

    /// Writes the package into `folder`.
    ///
    /// @param work for what jpackage reads on the way
    /// @param icon in the system's format
    Path write(ImageLayout image, Path work, Path icon, Path folder) throws IOException {
        Files.createDirectories(work);
        Path association = work.resolve("settings.properties");
        Files.writeString(association, association());
        try (var source = Objects.requireNonNull(JpackageInstaller.class.getResourceAsStream(WIX_SOURCE))) {
            Files.writeString(work.resolve(WIX_SOURCE), new String(source.readAllBytes(), StandardCharsets.UTF_8));
        }
        Tool.ofJdk("jpackage", arguments(image.image(), work, icon, folder));
        String made = Release.NAME + "-" + version() + extension();
        Path file = folder.resolve(Release.COMMAND + "-" + release.version() + extension());
        return made.equals(file.getFileName().toString())
                ? file
                : Files.move(folder.resolve(made), file, StandardCopyOption.REPLACE_EXISTING);
    }

    private String version() {
        return type == PackageType.DMG ? release.macVersion() : release.version();
    }

    private String extension() {
        return type == PackageType.DMG ? ".dmg" : ".msi";
    }

    /// What jpackage is told, on the system of the type.
    List<String> arguments(Path image, Path resources, Path icon, Path folder) {
        boolean mac = type == PackageType.DMG;
        List<String> arguments = new ArrayList<>(List.of("--type", mac ? "dmg" : "msi", "--name", Release.NAME));
        arguments.addAll(List.of("--app-version", version(), "--vendor", Release.VENDOR));
        arguments.addAll(List.of("--description", Release.SUMMARY, "--app-image", image.toString()));
        arguments.addAll(List.of("--icon", icon.toString(), "--dest", folder.toString()));
        if (mac) {
            return arguments;
        }
        arguments.addAll(List.of("--resource-dir", resources.toString()));
        arguments.addAll(List.of(
                "--file-associations", resources.resolve("settings.properties").toString()));
        // into the user's own folders: nobody needs an administrator, and nothing is in the way of the data beside it
        arguments.addAll(List.of("--win-per-user-install", "--install-dir", "Programs\\" + Release.NAME));
        arguments.addAll(List.of("--win-upgrade-uuid", UPGRADE_ID));
        arguments.addAll(List.of("--win-menu", "--win-menu-group", Release.NAME));
        return arguments;
    }

    static String association() {
        return """
                extension=%s
                mime-type=%s
                description=Settings of a training run
                """.formatted(SettingsFile.EXTENSION, LinuxTree.SETTINGS_TYPE);
    }
}
