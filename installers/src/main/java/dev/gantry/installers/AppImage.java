package dev.gantry.installers;

import dev.gantry.installers.licence.BillOfMaterials;
import dev.gantry.installers.licence.Component;
import dev.gantry.installers.licence.JavaPart;
import dev.gantry.installers.licence.LinkedPart;
import dev.gantry.installers.licence.Notices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// The program in a folder of its own with its own Java, ready to run anywhere: what every package contains.
public final class AppImage {
    /// What the window gets besides [Release#jvmFlags], as in the launcher of the sources.
    static final List<String> WINDOW_FLAGS = List.of("-XX:+UseSerialGC", "-Xms16m", "-XX:NewSize=6m");

    /// Below the folder of the jars.
    static final String LEGAL = "legal";

    static final String MATERIALS = Release.COMMAND + ".cdx.json";
    private static final Set<String> OWN = Set.of("engine", "offload", "model-zoo", "lora", "app-ui");
    /// Before each jar in the settings of the launcher.
    static final String CLASS_PATH = "app.classpath=";

    private final Release release;
    private final Platform platform;
    private final Path project;
    private final Path work;

    /// @param project the folder of the sources, for its launcher and its licence
    /// @param work where parts lie until they are put together
    AppImage(Release release, Platform platform, Path project, Path work) {
        this.release = release;
        this.platform = platform;
        this.project = project;
        this.work = work;
    }

    /// Makes the image of the program on this class path.
    ImageLayout make(List<Path> classPath, Path icon) throws IOException {
        Path destination = work.resolve("image");
        ImageLayout layout = ImageLayout.in(destination, platform.family());
        FileTree.delete(layout.image());
        Path input = work.resolve("input");
        FileTree.delete(input);
        Files.createDirectories(input);
        List<String> jars = new ArrayList<>();
        for (Path entry : classPath) {
            String name = new PackagedJar(entry, platform, release.time()).writeTo(input);
            if (!name.isEmpty()) {
                jars.add(name);
            }
        }
        CommandScript.write(input, project, layout, platform, flags(), jars);
        Path runtime = link();
        acknowledge(classPath, runtime, input.resolve(LEGAL));
        Tool.ofJdk("jpackage", arguments(input, runtime, icon, destination));
        orderClassPath(layout.launcherSettings(), jars);
        if (platform.family() == Platform.Family.LINUX) {
            // who unpacks the archive finds the command at the top
            Path link = layout.image().resolve(Release.COMMAND);
            Files.createSymbolicLink(
                    link, layout.image().relativize(layout.app().resolve(Release.COMMAND)));
        }
        return layout;
    }

    /// Writes what others made, under which licences, for people and for programs.
    private void acknowledge(List<Path> classPath, Path runtime, Path folder) throws IOException {
        List<Component> components = new ArrayList<>(Component.of(classPath, AppImage::isOwn));
        String java = Runtime.version().toString();
        components.addAll(Component.others(java, components.stream().anyMatch(Component::isOneDnn)));
        List<LinkedPart> linked =
                LinkedPart.of(components, platform.family().name().toLowerCase(Locale.ROOT));
        List<JavaPart> javas = JavaPart.of(runtime);
        new Notices(project, runtime, folder).write(components, linked, javas);
        Files.writeString(
                folder.resolve(MATERIALS),
                new BillOfMaterials(Release.COMMAND, release.version(), release.time(), components, linked, javas)
                        .json());
    }

    /// Whether an entry of the class path is a module of this project.
    public static boolean isOwn(Path entry) {
        String name = entry.getFileName().toString().replaceFirst("(-[0-9][^/]*)?\\.jar$", "");
        return Files.isDirectory(entry) || OWN.contains(name);
    }

    private List<String> flags() {
        return Stream.concat(release.jvmFlags().stream(), WINDOW_FLAGS.stream()).toList();
    }

    private Path link() throws IOException {
        Path runtime = work.resolve("runtime");
        FileTree.delete(runtime);
        List<String> modules = new ArrayList<>(RuntimeModules.LINKED);
        modules.addAll(RuntimeModules.PROVIDERS);
        // what that plugin makes loses its debug attributes or not as hash codes fall; loaded classes hold the same
        Tool.ofJdk(
                "jlink",
                List.of(
                        "--disable-plugin",
                        "generate-jli-classes",
                        "--add-modules",
                        String.join(",", modules),
                        "--include-locales",
                        "en,zh",
                        "--strip-java-debug-attributes",
                        "--no-header-files",
                        "--no-man-pages",
                        "--compress",
                        "zip-9",
                        "--output",
                        runtime.toString()));
        if (platform.family() == Platform.Family.LINUX) {
            new ElfLibrary(runtime.resolve("lib/server/libjvm.so")).dropSymbols();
        }
        return runtime;
    }

    /// What jpackage is told, on any system.
    List<String> arguments(Path input, Path runtime, Path icon, Path destination) {
        List<String> arguments = new ArrayList<>(List.of("--type", "app-image", "--name", Release.NAME));
        boolean mac = platform.family() == Platform.Family.MAC;
        arguments.addAll(List.of("--app-version", mac ? release.macVersion() : release.version()));
        arguments.addAll(List.of("--vendor", Release.VENDOR, "--description", Release.SUMMARY));
        arguments.addAll(List.of("--copyright", "Apache-2.0"));
        arguments.addAll(List.of("--input", input.toString(), "--runtime-image", runtime.toString()));
        arguments.addAll(List.of("--main-jar", Release.MAIN_JAR, "--main-class", Release.MAIN_CLASS));
        arguments.addAll(List.of("--icon", icon.toString(), "--dest", destination.toString()));
        if (mac) {
            arguments.addAll(List.of("--mac-package-identifier", "dev.gantry", "--mac-package-name", Release.NAME));
        }
        List<String> options = new ArrayList<>(flags());
        options.addAll(List.of("-XX:AOTCache=$APPDIR/classes.aot", "-Xlog:aot=off", "-Xlog:cds=off"));
        options.forEach(option -> arguments.addAll(List.of("--java-options", option)));
        return arguments;
    }

    /// jpackage lists jars as the disk gives them. The order of the sources is the one that was tested, and both
    /// launchers need the same one for what is kept of loaded classes.
    private static void orderClassPath(Path settings, List<String> jars) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean placed = false;
        for (String line : Files.readAllLines(settings)) {
            if (!line.startsWith(CLASS_PATH)) {
                lines.add(line);
            } else if (!placed) {
                jars.forEach(jar -> lines.add(CLASS_PATH + "$APPDIR/" + jar));
                placed = true;
            }
        }
        Files.write(settings, lines);
    }
}
