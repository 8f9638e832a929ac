package dev.gantry.installers;

import dev.gantry.installers.icon.AppIcon;
import dev.gantry.installers.icon.IcnsFile;
import dev.gantry.installers.icon.IcoFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// From a class path to packages, in a folder of their own.
final class Packaging {
    private static final int IMAGE_ICON_PIXELS = 256;

    private final Release release;
    private final Platform platform;
    private final Path project;
    private final Path out;
    private final Consumer<String> tell;
    private final AppIcon icon = new AppIcon();

    /// @param project the folder of the sources
    /// @param out where packages go; parts lie in `work` there and may be deleted
    /// @param tell is told what is being made
    Packaging(Release release, Platform platform, Path project, Path out, Consumer<String> tell) {
        this.release = release;
        this.platform = platform;
        this.project = project;
        this.out = out;
        this.tell = tell;
    }

    /// Makes the image that all packages contain, and the list of its files with their sums.
    ///
    /// @param learning whether the JVM learns the classes, for a quick start
    ImageLayout image(List<Path> classPath, boolean learning) throws IOException {
        Files.createDirectories(work());
        tell.accept("Linking Java and laying out the program");
        ImageLayout layout = new AppImage(release, platform, project, work()).make(classPath, iconFile());
        Files.writeString(out.resolve("files.sha256"), FileTree.listing(layout.image()));
        Files.copy(
                layout.app().resolve(AppImage.LEGAL).resolve(AppImage.MATERIALS),
                out.resolve("%s-%s.cdx.json".formatted(Release.COMMAND, release.version())),
                StandardCopyOption.REPLACE_EXISTING);
        if (learning) {
            tell.accept("Opening every screen once, for a quick start");
            if (!QuickStart.learn(layout, work().resolve("home"), release.time())) {
                tell.accept("  this JVM keeps nothing of it; the window starts slower");
            }
        }
        if (platform.family() == Platform.Family.MAC) {
            // what was added since jpackage signed the bundle
            Tool.run(
                    out,
                    Map.of(),
                    List.of(
                            "codesign",
                            "--force",
                            "--deep",
                            "--sign",
                            "-",
                            layout.image().toString()));
        }
        FileTree.settle(layout.image(), release.time());
        return layout;
    }

    Path make(PackageType type, ImageLayout image) throws IOException {
        tell.accept("Packing " + type.name().toLowerCase(Locale.ROOT));
        return switch (type) {
            case TAR -> new TarPackage(release, platform).write(image, out);
            case DEB -> new DebPackage(release, platform).write(tree(image, "deb"), out);
            case RPM -> new RpmPackage(release, platform).write(tree(image, "rpm"), work().resolve("rpmbuild"), out);
            case MSI, DMG ->
                new JpackageInstaller(release, type).write(image, work().resolve("installer"), iconFile(), out);
        };
    }

    private Path tree(ImageLayout image, String name) throws IOException {
        Path tree = work().resolve(name);
        new LinuxTree(release, project, image, icon).writeTo(tree);
        return tree;
    }

    private Path work() {
        return out.resolve("work");
    }

    /// The icon in the format of the system.
    private Path iconFile() throws IOException {
        Path file = work().resolve("icon"
                + switch (platform.family()) {
                    case LINUX -> ".png";
                    case MAC -> ".icns";
                    case WINDOWS -> ".ico";
                });
        switch (platform.family()) {
            case LINUX -> icon.writePng(file, IMAGE_ICON_PIXELS);
            case MAC -> IcnsFile.write(icon, file);
            case WINDOWS -> IcoFile.write(icon, file);
        }
        return file;
    }
}
