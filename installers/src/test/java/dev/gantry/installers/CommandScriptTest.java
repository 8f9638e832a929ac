package dev.gantry.installers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Runs the packaged command with a Java that says what it is asked to run.
class CommandScriptTest {
    private static final Path PROJECT = Path.of("..");
    private static final List<String> JARS = List.of("app-ui.jar", "engine.jar");

    @TempDir
    Path folder;

    private ImageLayout install() throws IOException {
        ImageLayout layout = ImageLayout.in(folder.resolve("a place with spaces"), Platform.Family.LINUX);
        Files.createDirectories(layout.app());
        Path java = Files.createDirectories(layout.runtime().resolve("bin")).resolve("java");
        Files.writeString(java, """
                #!/bin/sh
                echo 'WARNING: Using incubator modules: jdk.incubator.vector' >&2
                echo 'WARNING: something else' >&2
                for argument; do echo "[$argument]"; done
                exit 7
                """);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        CommandScript.write(layout.app(), PROJECT, layout, Platform.LINUX_X64, List.of(), JARS);
        return layout;
    }

    private record Outcome(int exitCode, String output) {}

    /// Waits for the filter of standard error, too, which may end after the command; standard output comes first.
    private static final String RUN = """
            { "$@" 2>&1 >"$0.out"; echo $? >"$0.code"; } | cat >"$0.err"
            cat "$0.out" "$0.err"
            exit "$(cat "$0.code")"
            """;

    private Outcome run(Path command, String... arguments) throws IOException, InterruptedException {
        Path kept = Files.createTempFile(folder, "kept", "");
        var line = new ArrayList<>(List.of("sh", "-c", RUN, kept.toString(), command.toString()));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), output);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void command_startsTheProgram_throughALink_withItsOwnJavaAndItsFlags() throws Exception {
        ImageLayout layout = install();
        Path link =
                Files.createSymbolicLink(folder.resolve("gantry"), layout.app().resolve("gantry"));
        Outcome outcome = run(link, "chat", "two words", "*", "");
        Path app = layout.app().toRealPath();

        assertThat(outcome.exitCode()).isEqualTo(7);
        assertThat(outcome.output())
                .contains("[-cp]\n[%s/app-ui.jar:%s/engine.jar]\n".formatted(app, app))
                .contains("[dev.gantry.app.Main]\n[chat]\n[two words]\n[*]\n[]\n")
                .contains("WARNING: something else")
                .doesNotContain("incubator modules", "AOTCache");
        assertThat(flags()).allSatisfy(flag -> assertThat(outcome.output()).contains("[" + flag + "]\n"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void command_takesTheClassesThatWereKept() throws Exception {
        ImageLayout layout = install();
        Files.writeString(layout.loadedClasses(), "");

        assertThat(run(layout.app().resolve("gantry")).output())
                .contains("[-XX:AOTCache=" + layout.loadedClasses().toRealPath() + "]");
    }

    @Test
    void commandOfWindows_hasTheSameFlags_andEveryJar() {
        String script = CommandScript.cmd(flags(), JARS);

        assertThat(script)
                .doesNotContain("@FLAGS@", "@JARS@")
                .contains("in (app-ui.jar engine.jar)")
                .contains("\r\n");
        assertThat(flags()).allSatisfy(flag -> assertThat(script).contains(" " + flag));
    }

    @Test
    void launchersOfTheSources_passTheSameFlags() throws IOException {
        String shell = Files.readString(PROJECT.resolve("gantry"));
        String windows = Files.readString(PROJECT.resolve("gantry.cmd"));

        assertThat(flags()).allSatisfy(flag -> assertThat(shell).contains(flag));
        assertThat(flags()).allSatisfy(flag -> assertThat(windows).contains(" " + flag));
    }

    private static List<String> flags() {
        return Stream.concat(Release.current().jvmFlags().stream(), AppImage.WINDOW_FLAGS.stream())
                .toList();
    }
}
