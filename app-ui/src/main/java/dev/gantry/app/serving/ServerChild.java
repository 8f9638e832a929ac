package dev.gantry.app.serving;

import dev.gantry.app.run.TrainerJvm;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.run.RunJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// `gantry serve` in a process of its own. Its standard input is held open and never written to: it ends with us,
/// however we end.
final class ServerChild {
    private static final System.Logger LOG = System.getLogger(ServerChild.class.getName());
    private static final String CRASH_REPORT = "server-crash.log";
    /// The server's own grace for its last token, and the end of a JVM.
    private static final long PATIENCE_SECONDS = 15;

    private final Process process;
    private final Path log;
    private volatile boolean asked;
    private volatile boolean begun;

    interface Listener {
        void told(ServeEvent event);

        /// The process is gone, and all it held with it.
        ///
        /// @param why null when it was asked to end
        void ended(@Nullable GantryException why);
    }

    private ServerChild(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// Starts the process; `listener` hears of it from a thread of its own.
    static ServerChild start(TrainerJvm jvm, ServeOrder order, Listener listener) throws IOException {
        Path home = jvm.home().folder();
        Files.createDirectories(home);
        Path log = home.resolve("server.log");
        List<String> arguments = new ArrayList<>(order.arguments());
        arguments.addAll(List.of("--json", "--until-eof"));
        ProcessBuilder builder = new ProcessBuilder(jvm.attached(home.resolve(CRASH_REPORT), arguments))
                .directory(home.toFile())
                .redirectError(log.toFile());
        builder.environment().put("GANTRY_HOME", home.toAbsolutePath().toString());
        ServerChild child = new ServerChild(builder.start(), log);
        Thread.ofPlatform().daemon().name("gantry-serving").start(() -> child.listen(listener));
        return child;
    }

    long pid() {
        return process.pid();
    }

    private void listen(Listener listener) {
        StringBuilder rest = new StringBuilder();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(line -> hear(line, listener, rest));
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the server's output broke off", e);
        }
        int exitCode = process.onExit().join().exitValue();
        listener.ended(asked || exitCode == 0 ? null : why(rest.toString(), exitCode));
    }

    private void hear(String line, Listener listener, StringBuilder rest) {
        Optional<ServeEvent> event = ServeEvent.read(line);
        if (event.isEmpty()) {
            rest.append(line).append('\n');
        } else {
            begun = true;
            listener.told(event.get());
        }
    }

    /// What the command said of itself, else how its process ended.
    private GantryException why(String output, int exitCode) {
        try {
            JsonNode error = RunJson.LINES.readTree(output).path("error");
            if (error.isObject()) {
                return GantryException.environment(
                        error.path("code").asString(""),
                        error.path("what").asString(""),
                        error.path("why").asString(""),
                        error.path("nextStep").asString(""));
            }
        } catch (JacksonException _) {
            // it had no time to say anything
        }
        return GantryException.environment(
                "SERVE-ENDED",
                "the server has ended",
                "its process ended with code " + exitCode,
                "switch it on again; what it wrote last is in " + log);
    }

    /// Has the process end after the token it is at, or at once where it still loads: nothing is lost then.
    void ask() {
        asked = true;
        if (!begun) {
            process.destroyForcibly();
            return;
        }
        try {
            process.outputWriter(StandardCharsets.UTF_8).close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the server ended by itself", e);
        }
    }

    /// Asks, waits, and ends it by force if need be; returns when its memory is free.
    void end() {
        ask();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        process.onExit().join();
    }
}
