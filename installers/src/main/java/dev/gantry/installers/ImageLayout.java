package dev.gantry.installers;

import java.nio.file.Path;

/// Where jpackage puts things in an application image.
///
/// @param image the folder of the application, or the bundle on macOS
/// @param app the folder of the jars, of the command `gantry` and of the launcher's settings
/// @param runtime the home of the linked Java
/// @param launcher what a desktop starts
record ImageLayout(Path image, Path app, Path runtime, Path launcher) {
    /// The layout below the folder that jpackage is told to write to.
    static ImageLayout in(Path destination, Platform.Family family) {
        Path image = destination.resolve(Release.NAME);
        return switch (family) {
            case LINUX ->
                new ImageLayout(
                        image,
                        image.resolve("lib/app"),
                        image.resolve("lib/runtime"),
                        image.resolve("bin").resolve(Release.NAME));
            case MAC -> {
                Path bundle = destination.resolve(Release.NAME + ".app");
                Path contents = bundle.resolve("Contents");
                yield new ImageLayout(
                        bundle,
                        contents.resolve("app"),
                        contents.resolve("runtime/Contents/Home"),
                        contents.resolve("MacOS").resolve(Release.NAME));
            }
            case WINDOWS ->
                new ImageLayout(
                        image, image.resolve("app"), image.resolve("runtime"), image.resolve(Release.NAME + ".exe"));
        };
    }

    /// The way from the folder of the jars to the home of Java, for the command.
    String wayToRuntime() {
        return app.relativize(runtime).toString().replace('\\', '/');
    }

    /// The settings of the launcher.
    Path launcherSettings() {
        return app.resolve(Release.NAME + ".cfg");
    }

    /// What the JVM has learned of the classes.
    Path loadedClasses() {
        return app.resolve("classes.aot");
    }
}
