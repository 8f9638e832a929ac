package dev.gantry.installers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The command `gantry` of an installed program.
///
/// Where there is a shell it consists of those parts of the launcher in the sources that say so: how it finds itself,
/// the flags, the start. What lies between them there, the search for a JDK and the build, is two known folders here.
final class CommandScript {
    private static final String BEGIN = "# >>> in packages too";
    private static final String END = "# <<<";

    private CommandScript() {}

    /// @param launcher the text of the launcher in the sources
    /// @param runtime the way from the script's folder to the home of Java
    /// @param jars the class path, as files beside the script
    static String shell(String launcher, String runtime, List<String> jars) {
        List<String> parts = parts(launcher);
        String between = """

                # --- what was installed ----------------------------------------------------------------------------------------------
                jdk=$root/%s
                classpath=
                for jar in %s; do
                    classpath=$classpath${classpath:+:}$root/$jar
                done

                """.formatted(runtime, String.join(" \\\n    ", jars));
        return """
                #!/bin/sh
                # Starts Gantry: the window without arguments, a command with them.
                # GANTRY_JVM_OPTS adds JVM flags, GANTRY_HOME moves the data folder.
                """ + parts.getFirst() + between + String.join("", parts.subList(1, parts.size()));
    }

    private static List<String> parts(String launcher) {
        List<String> parts = new ArrayList<>();
        for (int at = launcher.indexOf(BEGIN); at >= 0; at = launcher.indexOf(BEGIN, at)) {
            int from = launcher.indexOf('\n', at) + 1;
            at = launcher.indexOf(END, from);
            if (at < 0) {
                throw new IllegalStateException("a part of the launcher has no end");
            }
            parts.add(launcher.substring(from, at));
        }
        return parts;
    }

    /// The command of Windows, which has no parts in common with its launcher in the sources.
    ///
    /// @param flags what every JVM of the program gets
    static String cmd(List<String> flags, List<String> jars) {
        try (var in = Objects.requireNonNull(CommandScript.class.getResourceAsStream("gantry.cmd"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@FLAGS@", String.join(" ", flags))
                    .replace("@JARS@", String.join(" ", jars))
                    .replace("\r", "")
                    .replace("\n", "\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes the command of `platform` into the folder of its jars.
    static void write(
            Path folder, Path project, ImageLayout layout, Platform platform, List<String> flags, List<String> jars)
            throws IOException {
        if (platform.family() == Platform.Family.WINDOWS) {
            Files.writeString(folder.resolve("gantry.cmd"), cmd(flags, jars));
            return;
        }
        Path command = folder.resolve(Release.COMMAND);
        Files.writeString(command, shell(Files.readString(project.resolve("gantry")), layout.wayToRuntime(), jars));
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
