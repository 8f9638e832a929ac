package dev.gantry.app.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Runs the real launcher in a made-up project, with JDKs and a Maven that are small scripts.
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class LauncherTest {
    private record Outcome(int exitCode, String output) {}

    @TempDir
    Path folder;

    private Path project;
    private Path tools;
    private Path home;

    @BeforeEach
    void makeAProject() throws IOException {
        project = Files.createDirectories(folder.resolve("a project with spaces"));
        home = Files.createDirectories(folder.resolve("home"));
        Path launcher = Path.of("").toAbsolutePath().resolve("../gantry").normalize();
        Files.copy(launcher, project.resolve("gantry"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(project.resolve("pom.xml"), "<project/>");
        Files.createDirectories(project.resolve(".mvn"));
        Path sources = Files.createDirectories(project.resolve("app-ui/src/main"));
        Files.writeString(sources.resolve("Main.java"), "class Main {}");
        tools = Files.createDirectories(folder.resolve("tools"));
        script(tools.resolve("mvn"), """
                echo "[INFO] Building app-ui 0.1.0                                  [1/1]"
                echo run >>'%1$s/builds'
                [ ! -e '%1$s/break' ] || { echo "[ERROR] it does not compile"; exit 1; }
                case "$*" in *verify*) echo "verify with $JAVA_HOME"; exit 0 ;; esac
                mkdir -p app-ui/target
                echo jar >app-ui/target/app-ui.jar
                echo "$PWD/app-ui/target/app-ui.jar" >app-ui/target/classpath.txt
                """.formatted(folder));
    }

    private void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// A JDK that answers `-version` and says what else it is asked to run.
    private Path jdk(String name, String version) throws IOException {
        Path jdk = folder.resolve("jdks").resolve(name);
        script(jdk.resolve("bin/java"), """
                case "$1" in -version) echo 'openjdk version "%s" 2026-01-01' >&2; exit 0 ;; esac
                echo "java %s"
                for argument; do echo "[$argument]"; done
                """.formatted(version, name));
        script(jdk.resolve("bin/javac"), "");
        return jdk;
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(project.resolve("gantry").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        settle(builder, environment);
        return builder.start();
    }

    private void settle(ProcessBuilder builder, Map<String, String> environment) {
        builder.directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("HOME", home.toString());
        builder.environment().put("PATH", tools + ":/usr/bin:/bin");
        builder.environment().put("GANTRY_JDK_FOLDERS", folder.resolve("none").toString());
        builder.environment().putAll(environment);
    }

    private static Outcome finish(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), output);
    }

    private Outcome run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return finish(start(environment, arguments));
    }

    private long builds() throws IOException {
        Path log = folder.resolve("builds");
        return Files.exists(log) ? Files.readAllLines(log).size() : 0;
    }

    @Test
    void launcher_isPlainShell() throws Exception {
        var check = new ProcessBuilder("sh", "-n", project.resolve("gantry").toString())
                .redirectErrorStream(true)
                .start();

        assertThat(finish(check)).isEqualTo(new Outcome(0, ""));
    }

    @Test
    void run_passesEveryArgument_asItWasTyped() throws Exception {
        var outcome = run(Map.of("JAVA_HOME", jdk("25", "25.0.3").toString()), "chat", "two words", "*", "");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output()).contains("[dev.gantry.app.Main]\n[chat]\n[two words]\n[*]\n[]\n");
    }

    @Test
    void run_passesTheFlagsOfThePom() throws Exception {
        String pom = Files.readString(Path.of("../pom.xml"));
        String flags =
                pom.substring(pom.indexOf("<gantry.jvm>") + "<gantry.jvm>".length(), pom.indexOf("</gantry.jvm>"));

        var outcome = run(Map.of("JAVA_HOME", jdk("25", "25").toString(), "GANTRY_JVM_OPTS", "-Xmx3g -Da=b"));

        assertThat(flags.split(" ", -1))
                .allSatisfy(flag -> assertThat(outcome.output()).contains("[" + flag + "]"));
        assertThat(outcome.output()).contains("[-Xmx3g]\n[-Da=b]");
    }

    @Test
    void run_dropsTheLineAboutIncubatorModules_andNothingElse() throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("temporary files"));
        Path jdk = jdk("25", "25");
        script(jdk.resolve("bin/java"), """
                case "$1" in -version) echo 'openjdk version "25"' >&2; exit 0 ;; esac
                echo 'WARNING: Using incubator modules: jdk.incubator.vector' >&2
                echo 'WARNING: something else' >&2
                for argument; do case $argument in *stderr.number=3) echo 'the true standard error' >&3 ;; esac; done
                printf 'no end of line' >&2
                exit 7
                """);
        var environment = Map.of("JAVA_HOME", jdk.toString(), "TMPDIR", temporary.toString());
        run(environment);
        // the filter may write after the program has ended, which cat waits for and Java's pipe of a process does not
        Path code = folder.resolve("code");
        var process = new ProcessBuilder(
                "sh",
                "-c",
                "{ \"$0\"; echo $? >\"$1\"; } 2>&1 | cat",
                project.resolve("gantry").toString(),
                code.toString());
        settle(process, environment);
        var outcome = finish(process.start());

        assertThat(code).hasContent("7");
        assertThat(outcome.output())
                .contains("WARNING: something else\n", "the true standard error\n", "no end of line")
                .doesNotContain("incubator");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void run_goesWithoutTheFilter_whenThereIsNoPlaceForIt() throws Exception {
        var outcome = run(Map.of(
                "JAVA_HOME",
                jdk("25", "25").toString(),
                "TMPDIR",
                folder.resolve("none").toString()));

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output()).contains("java 25").doesNotContain("stderr.number");
    }

    @Test
    void program_takesStandardErrorBack() throws Exception {
        var process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec \"$@\" 3>&2 2>/dev/null",
                        "sh",
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dgantry.stderr.number=3",
                        "dev.gantry.app.Main",
                        "no-such-command")
                .start();
        String errors = new String(process.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(errors).contains("no-such-command");
    }

    @Test
    void run_buildsOnce_andAgainOnlyWhenASourceIsNewer() throws Exception {
        var environment = Map.of("JAVA_HOME", jdk("25", "25").toString());
        run(environment, "doctor");
        var second = run(environment, "doctor");
        assertThat(builds()).isEqualTo(1);
        assertThat(second.output()).startsWith("java 25\n");

        Path source = project.resolve("app-ui/src/main/Main.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        run(environment, "doctor");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void build_keepsLoadedClasses_andRunsTakeThem_asLongAsTheyAreThere() throws Exception {
        Path jdk = jdk("25", "25");
        script(jdk.resolve("bin/java"), """
                case "$1" in -version) echo 'openjdk version "25"' >&2; exit 0 ;; esac
                for argument; do case $argument in -XX:AOTCacheOutput=*)
                    echo "$GANTRY_HOME $*" >>'%1$s/learned'
                    [ -e '%1$s/unfit' ] || echo classes >"${argument#*=}" ;;
                esac; done
                echo "java"
                for argument; do echo "[$argument]"; done
                """.formatted(folder));
        var environment = Map.of("JAVA_HOME", jdk.toString());
        var built = run(environment, "doctor");
        var again = run(environment, "doctor");

        assertThat(Files.readAllLines(folder.resolve("learned")))
                .singleElement()
                .asString()
                .contains("--add-modules=jdk.incubator.vector", "dev.gantry.app.Main tour ", "--this-home")
                .doesNotStartWith(home.toString());
        assertThat(built.output()).endsWith(again.output());
        assertThat(again.output()).containsPattern("\\[-XX:AOTCache=.*/jars-[^/]*/classes.aot]");

        // a JVM that cannot make one: everything works without
        Files.writeString(folder.resolve("unfit"), "");
        Path source = project.resolve("app-ui/src/main/Main.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        var without = run(environment, "doctor");
        assertThat(without.exitCode()).isZero();
        assertThat(without.output()).contains("[doctor]").doesNotContain("AOTCache");
    }

    @Test
    void run_skipsAnOlderJavaHome_andFindsTheOneBesideIt() throws Exception {
        jdk("26", "26-ea");
        jdk("25", "25.0.3");
        var outcome = run(Map.of(
                "JAVA_HOME", jdk("17", "17.0.15").toString(), "GANTRY_JDK_FOLDERS", folder.resolve("jdks") + "/*"));

        assertThat(outcome.output()).contains("java 25\n");
    }

    @Test
    void run_readsTheReleaseFile_withoutStartingJava() throws Exception {
        Path jdk = jdk("25", "17");
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.3\"\n");

        assertThat(run(Map.of("JAVA_HOME", jdk.toString())).output()).contains("java 25\n");
    }

    @Test
    void run_saysWhatWasFoundAndWhatToInstall_whenNoJdkWillDo() throws Exception {
        Path runTimeOnly = jdk("jre", "25.0.1");
        Files.delete(runTimeOnly.resolve("bin/javac"));
        jdk("8", "1.8.0_402");
        var outcome = run(Map.of("GANTRY_JDK_FOLDERS", folder.resolve("jdks") + "/*"), "demo");

        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(outcome.output())
                .contains("no JDK 25 or newer was found")
                .contains("Java 8 in ")
                .contains("without javac")
                .contains("what to do: ");
        assertThat(builds()).isZero();
    }

    @Test
    void run_refusesAWrongGantryJavaHome_insteadOfTakingAnother() throws Exception {
        var outcome = run(Map.of(
                "GANTRY_JAVA_HOME",
                jdk("17", "17.0.1").toString(),
                "JAVA_HOME",
                jdk("25", "25").toString()));

        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(outcome.output()).contains("GANTRY_JAVA_HOME is no JDK 25");
    }

    @Test
    void run_showsTheError_whenTheBuildFails_andBuildsAgainNextTime() throws Exception {
        var environment = Map.of("JAVA_HOME", jdk("25", "25").toString());
        Files.writeString(folder.resolve("break"), "");
        var broken = run(environment, "doctor");
        Files.delete(folder.resolve("break"));
        var mended = run(environment, "doctor");

        assertThat(broken.exitCode()).isEqualTo(4);
        assertThat(broken.output()).contains("it does not compile").contains("gantry-build.log");
        assertThat(mended.exitCode()).isZero();
    }

    @Test
    void run_buildsOnce_whenManyStartTogether() throws Exception {
        var environment = Map.of("JAVA_HOME", jdk("25", "25").toString());
        var processes = new ArrayList<Process>();
        for (int i = 0; i < 4; i++) {
            processes.add(start(environment, "doctor"));
        }
        for (var process : processes) {
            assertThat(finish(process).exitCode()).isZero();
        }
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void run_clearsTheLockOfAProcess_thatWasKilled() throws Exception {
        var gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createDirectories(project.resolve("target"));
        Files.createSymbolicLink(project.resolve("target/gantry-build.lock"), Path.of(Long.toString(gone.pid())));

        assertThat(run(Map.of("JAVA_HOME", jdk("25", "25").toString())).exitCode())
                .isZero();
        assertThat(project.resolve("target/gantry-build.lock")).doesNotExist();
    }

    @Test
    void run_worksThroughALink_fromAnywhere() throws Exception {
        Path link = folder.resolve("bin/gantry");
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of("../a project with spaces/gantry"));
        var builder = new ProcessBuilder(link.toString(), "models").redirectErrorStream(true);
        builder.directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        tools + ":/usr/bin:/bin",
                        "JAVA_HOME",
                        jdk("25", "25").toString()));

        assertThat(finish(builder.start()).output()).contains("[models]");
    }

    @Test
    void verify_runsAllTests_onTheJdkThatWasFound() throws Exception {
        Path jdk = jdk("25", "25");
        var outcome = run(Map.of("JAVA_HOME", jdk.toString()), "verify");

        assertThat(outcome).isEqualTo(new Outcome(0, outcome.output()));
        assertThat(outcome.output()).contains("verify with " + jdk);
        assertThat(project.resolve("target/gantry-build.lock")).doesNotExist();
    }
}
