package dev.gantry.installers;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The program's own class path as these tests have it: jars after a whole build, folders of classes before.
public final class ProgramClassPath {
    private static final List<String> TESTS =
            List.of("junit", "assertj", "byte-buddy", "opentest4j", "apiguardian", "surefire", "installers");

    private ProgramClassPath() {}

    /// app-ui first, as the launcher has it.
    public static List<Path> entries() {
        return Stream.of(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        .split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(entry -> TESTS.stream().noneMatch(entry.toString()::contains))
                .toList();
    }

    /// The libraries of others.
    public static List<Path> libraries() {
        return entries().stream()
                .filter(entry -> entry.toString().contains("repository"))
                .toList();
    }
}
