package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.app.ui.OfflineWindow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The promise that nothing is sent or fetched unless somebody asks: a process that would be killed at its first socket
/// runs the demo, imports, plans, trains, resumes,
/// chats and exports, and another opens the window and looks at every screen.
class NoSocketTest {
    @TempDir
    private Path folder;

    @Test
    void noCommand_opensASocket() throws IOException, InterruptedException {
        assertThat(exitCode(OfflineSession.class, folder.toString()))
                .as("%d: a socket was opened during the last command below%n%s", SocketTrap.SPRUNG, log())
                .isZero();
        assertThat(log()).contains("gantry rm tuned");
    }

    @Test
    void theWindow_opensNone() throws IOException, InterruptedException {
        assertThat(exitCode(OfflineWindow.class, folder.resolve("home").toString()))
                .as("%d: a socket was opened at the last line below%n%s", SocketTrap.SPRUNG, log())
                .isZero();
        assertThat(log()).contains("looking at SERVE", "looking at SETTINGS", "the window is closed");
    }

    @Test
    void theTrap_killsAProcessThatOpensASocket() throws IOException, InterruptedException {
        assertThat(exitCode(OfflineSession.class, OfflineSession.LISTEN)).isEqualTo(SocketTrap.SPRUNG);
    }

    private int exitCode(Class<?> program, String argument) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "--add-modules=jdk.incubator.vector"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Dai.djl.offline=true"));
        command.addAll(List.of("-DRUST_FLAVOR=cpu", "-DOPT_OUT_TRACKING=true"));
        command.addAll(List.of("-Dglass.platform=Headless", "-Dprism.order=sw"));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName(),
                argument));
        Process child = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            assertThat(child.waitFor(3, TimeUnit.MINUTES)).as("ended in time").isTrue();
        } finally {
            child.destroyForcibly();
        }
        assumeTrue(
                child.exitValue() != SocketTrap.NONE,
                () -> "this system cannot catch sockets: it needs Linux with seccomp");
        return child.exitValue();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }
}
