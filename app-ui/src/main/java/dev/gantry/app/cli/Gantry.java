package dev.gantry.app.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `gantry`: the root of all commands; alone it opens the window, or shows its help where there is no display.
@Command(
        name = "gantry",
        mixinStandardHelpOptions = true,
        versionProvider = GantryVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Tunes large language models on this machine: no Python, no account, no network.")
final class Gantry implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "show the stack trace of an error, for a report")
    boolean debug;

    private final Optional<BooleanSupplier> window;

    /// @param window opens the window and returns when it is closed, or false when another process has it open and
    ///     showed it; empty where none can be shown
    Gantry(Optional<BooleanSupplier> window) {
        this.window = window;
    }

    @Override
    public Integer call() {
        if (window.isPresent()) {
            show(window.get(), spec.commandLine().getOut());
            return ExitCode.OK.value();
        }
        spec.commandLine().usage(spec.commandLine().getOut(), CommandLine.Help.Ansi.AUTO);
        return ExitCode.OK.value();
    }

    /// Opens the window, or says that another process has.
    static void show(BooleanSupplier window, PrintWriter out) {
        if (!window.getAsBoolean()) {
            out.println("Gantry is open already: its window is in front now.");
        }
    }
}
