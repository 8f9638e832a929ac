package dev.gantry.installers.licence;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Something in a package that others made.
///
/// @param group of Maven, or whose it is
/// @param licence the one that is chosen where there is a choice
/// @param jar as Maven has it; empty for what comes in another way
public record Component(String group, String name, String version, Licence licence, Optional<Path> jar) {
    private static final String ONEDNN = "dnnl";
    private static final String OPENJDK = "OpenJDK";

    /// The libraries of a class path, each once, in its order.
    ///
    /// @param own tells which entries this project made
    /// @throws GantryException when a library has no licence that is allowed
    public static List<Component> of(List<Path> classPath, Predicate<Path> own) throws IOException {
        List<Component> components = new ArrayList<>();
        for (Path entry : classPath) {
            if (!own.test(entry)) {
                Component component = of(entry);
                // JavaFX has an empty jar beside the one of its system
                components.removeIf(other -> other.name().equals(component.name()));
                components.add(component);
            }
        }
        return components;
    }

    private static Component of(Path jar) throws IOException {
        MavenProject project = MavenProject.of(jar)
                .orElseThrow(() -> refused(jar.getFileName().toString(), "no project file lies beside " + jar));
        Licence licence = Licence.best(project.licences())
                .orElseThrow(() -> refused(
                        project.artifact() + " " + project.version(), "its licences are " + project.licences()));
        return new Component(project.group(), project.artifact(), project.version(), licence, Optional.of(jar));
    }

    static GantryException refused(String what, String why) {
        return GantryException.failedCheck(
                "PACKAGE-LICENCE",
                "cannot hand out " + what,
                why + ", and none that is allowed",
                "read its licence; when it may be handed out, add it to Licence, else leave the library out");
    }

    /// What is in the package beside libraries of the class path.
    ///
    /// @param javaVersion of the Java that is linked
    public static List<Component> others(String javaVersion, boolean oneDnn) {
        List<Component> others = new ArrayList<>(List.of(
                new Component("Java", OPENJDK, javaVersion, Licence.GPL_2_CLASSPATH, Optional.empty()),
                new Component("fonts", "Inter Tabular", "3.19", Licence.OFL, Optional.empty()),
                new Component("fonts", "JetBrains Mono", "2.242", Licence.OFL, Optional.empty())));
        if (oneDnn) {
            others.add(new Component("GCC", "libgomp", "1", Licence.GPL_3_GCC, Optional.empty()));
        }
        return others;
    }

    /// The name that tools look it up by.
    String packageUrl() {
        return jar.isPresent()
                ? "pkg:maven/%s/%s@%s".formatted(group, name, version)
                : "pkg:generic/%s@%s".formatted(name.replace(" ", "%20"), version);
    }

    boolean isJava() {
        return name.equals(OPENJDK);
    }

    /// Whether it is the jar whose libraries come with GCC's.
    public boolean isOneDnn() {
        return name.equals(ONEDNN);
    }
}
