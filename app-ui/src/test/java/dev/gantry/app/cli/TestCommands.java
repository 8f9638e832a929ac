package dev.gantry.app.cli;

import dev.gantry.zoo.catalog.GantryHome;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;

/// Commands run in this process, over a home of their own.
final class TestCommands {
    private TestCommands() {}

    /// Runs one command.
    ///
    /// @return its exit code
    static int run(Path home, String input, StringWriter out, StringWriter err, String... arguments) {
        var errWriter = new PrintWriter(err);
        var context = new CliContext(
                new LineInput(new StringReader(input)),
                new PrintWriter(out),
                errWriter,
                new TerminalProgress(errWriter, BarStyle.LINES, new CancelFlag(), System::nanoTime),
                new GantryHome(home),
                new JsonOutput());
        return new GantryCli(context).execute(arguments);
    }
}
