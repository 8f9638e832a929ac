package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The server that the guide starts, on a port that is free, until its page ends.
final class GuideServer {
    static final GuideServer NONE = new GuideServer(null, CompletableFuture.completedFuture(0), new StringWriter());

    private static final Pattern TOLD = Pattern.compile("base URL\\s+(\\S+)\\s+key\\s+(\\S+)\\s");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final @Nullable PipedWriter input;
    private final CompletableFuture<Integer> exitCode;
    private final StringWriter out;

    private GuideServer(@Nullable PipedWriter input, CompletableFuture<Integer> exitCode, StringWriter out) {
        this.input = input;
        this.exitCode = exitCode;
        this.out = out;
    }

    /// @param words of the command, without `gantry`
    static GuideServer start(Path home, List<String> words) throws IOException {
        List<String> arguments = new ArrayList<>(words);
        arguments.set(arguments.indexOf("--port") + 1, "0");
        arguments.add("--until-eof");
        PipedWriter input = new PipedWriter();
        LineInput lines = new LineInput(new PipedReader(input));
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        var context = new CliContext(
                lines,
                writer,
                writer,
                new TerminalProgress(writer, BarStyle.LINES, new CancelFlag(), System::nanoTime),
                new GantryHome(home),
                new JsonOutput());
        var exitCode =
                CompletableFuture.supplyAsync(() -> new GantryCli(context).execute(arguments.toArray(String[]::new)));
        return new GuideServer(input, exitCode, out);
    }

    /// Runs a line of the guide with this server's address and key, where there is a shell and curl.
    void curl(Path folder, String line) throws IOException, InterruptedException {
        Matcher told = told();
        if (!hasCurl()) {
            return;
        }
        String command = line.replace("http://127.0.0.1:8484/v1", told.group(1)).replace("KEY", told.group(2));
        Path answer = folder.resolve("answer");
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectOutput(answer.toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(line).isTrue();
        assertThat(Files.readString(answer)).as(line).contains("\"object\":", "my-run");
    }

    private Matcher told() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        Matcher told = TOLD.matcher(out.toString());
        while (!told.find()) {
            assertThat(System.nanoTime()).as("%s", out).isLessThan(end);
            assertThat(exitCode).as("%s", out).isNotDone();
            TimeUnit.MILLISECONDS.sleep(10);
            told = TOLD.matcher(out.toString());
        }
        return told;
    }

    private static boolean hasCurl() throws InterruptedException {
        try {
            return new ProcessBuilder("sh", "-c", "curl --version").start().waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    void end() throws IOException, InterruptedException {
        if (input != null) {
            told();
            input.close();
        }
        assertThat(exitCode.join()).as("%s", out).isZero();
    }
}
