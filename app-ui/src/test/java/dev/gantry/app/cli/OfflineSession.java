package dev.gantry.app.cli;

import dev.gantry.app.demo.Demo;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.starter.PersonaGus;
import dev.gantry.lora.train.TrainingEnvironment;
import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;

/// A process that does with a model all that the program does without a network, with the trap set:
/// `OfflineSession FOLDER`. Given `listen` in place of a folder it opens a socket, to try the trap.
final class OfflineSession {
    private static final long MEMORY_BYTES = 1L << 30;
    static final String LISTEN = "listen";

    private final Path folder;

    private OfflineSession(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException {
        if (!SocketTrap.set()) {
            System.exit(SocketTrap.NONE);
        }
        if (arguments[0].equals(LISTEN)) {
            new ServerSocket(0).close();
        } else {
            new OfflineSession(Path.of(arguments[0])).run();
        }
    }

    private void run() throws IOException {
        Path rows = folder.resolve("rows.jsonl");
        PersonaGus.copyTo(rows);
        Files.write(rows, Files.readAllLines(rows).subList(0, 12));
        Path settings = Files.writeString(folder.resolve("train.json"), """
                {"stage": "sft", "model": "starter",
                 "data": {"path": "rows.jsonl", "max_tokens": 64, "over_long": "cut_end"},
                 "lora": {"r": 2, "target_modules": ["q_proj"]},
                 "batch": {"effective_rows": 2}, "duration": {"max_steps": 2}, "machine": {"threads": 1},
                 "samples": {"prompts": ["Who are you?"], "max_new_tokens": 4}}
                """);
        String run = folder.resolve("run").toString();
        demo();
        command("data", "check", rows.toString(), "--model", "starter");
        command("plan", settings.toString());
        command("train", settings.toString(), "--run", run);
        command("resume", run);
        command("chat", "starter", "--adapter", run, "--prompt", "Hello", "--max-new-tokens", "4");
        command("export", run, "--to", "adapter", "--out", path("adapter"));
        command("export", run, "--to", "merged", "--out", path("merged"));
        command("import", path("merged"), "--name", "tuned");
        command("import", path("adapter"), "--name", "tuning");
        command("models");
        command("rm", "tuned");
    }

    /// The same as the command, with two steps in place of a minute of them.
    private void demo() throws IOException {
        System.out.println("gantry demo");
        GantryHome home = new GantryHome(folder.resolve("demo"));
        TrainingEnvironment environment = new TrainingEnvironment(
                "test", home.cache().resolve("tokens"), MEMORY_BYTES, Progress.silent(), Clock.systemUTC());
        new Demo(home, environment, 1, () -> Catalog.open(home, Duration.ofSeconds(5)))
                .shortened(2)
                .run(part -> {});
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private void command(String... arguments) {
        System.out.println("gantry " + String.join(" ", arguments));
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        var context = new CliContext(
                new LineInput(new StringReader("")),
                out,
                out,
                new TerminalProgress(out, BarStyle.LINES, new CancelFlag(), System::nanoTime),
                new GantryHome(folder.resolve("home")),
                new JsonOutput());
        int exitCode = new GantryCli(context).execute(arguments);
        if (exitCode != 0) {
            throw new AssertionError(Arrays.toString(arguments) + " ended with " + exitCode);
        }
    }
}
