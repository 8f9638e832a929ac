package dev.gantry.app.server;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.lora.starter.StarterModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The starter model behind a real socket of this machine, for clients that are programs of their own.
final class ServedStarter implements AutoCloseable {
    static final String KEY = "secret";
    static final String ORIGIN = "http://localhost:3000";

    private final CpuBackend backend = new CpuBackend(2);
    private final BlockingQueue<ServerLog.Entry> log = new LinkedBlockingQueue<>();
    private final ServedModel model;
    private final ModelServer server;

    /// @param folder empty, for the model
    ServedStarter(Path folder) throws IOException {
        StarterModel.copyTo(folder);
        model = ServedModel.open(backend, "starter", folder, List.of(), 1);
        server = new ModelServer(model, new ServerAccess(() -> KEY, Set.of(ORIGIN)), 0, log::add);
    }

    String base() {
        return server.base().toString();
    }

    ModelServer server() {
        return server;
    }

    /// Waits for a request that ended with this status.
    boolean noted(int status) throws InterruptedException {
        ServerLog.Entry entry = log.poll(30, TimeUnit.SECONDS);
        while (entry != null && entry.status() != status) {
            entry = log.poll(30, TimeUnit.SECONDS);
        }
        return entry != null;
    }

    /// What a program printed.
    record Printed(int exitCode, String out, String errors) {}

    /// Runs a program to its end, in at most a minute.
    ///
    /// @param folder empty, for what it prints
    static Printed run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                throw new AssertionError(command + " did not end");
            }
        } finally {
            process.destroyForcibly();
        }
        return new Printed(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(errors, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.close();
        model.close();
        backend.close();
    }
}
