package dev.gantry.app.cli;

import dev.gantry.app.run.SettingsFile;
import dev.gantry.app.ui.GantryWindow;
import dev.gantry.engine.GantryException;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// The command line from arguments to exit code; every command is wired here by hand.
public final class GantryCli {
    private static final String JSON = "--json";

    private final CliContext context;
    private final Gantry root;
    private final CommandLine commandLine;

    /// A command line that opens no window.
    public GantryCli(CliContext context) {
        this(context, Optional.empty());
    }

    /// @param window what `gantry` alone does; empty shows the help
    GantryCli(CliContext context, Optional<BooleanSupplier> window) {
        this.context = context;
        this.root = new Gantry(window);
        this.commandLine = new CommandLine(root)
                .addSubcommand(new DemoCommand(context))
                .addSubcommand(new DoctorCommand(context))
                .addSubcommand(new ImportCommand(context))
                .addSubcommand(new DownloadCommand(context))
                .addSubcommand(new ModelsCommand(context))
                .addSubcommand(new RemoveCommand(context))
                .addSubcommand(new CommandLine(new DataCommand()).addSubcommand(new DataCheckCommand(context)))
                .addSubcommand(new TrainCommand(context))
                .addSubcommand(new PlanCommand(context))
                .addSubcommand(new PlanPpoCommand(context))
                .addSubcommand(new ResumeCommand(context))
                .addSubcommand(new TellCommand(context))
                .addSubcommand(new ChatCommand(context))
                .addSubcommand(new ServeCommand(context))
                .addSubcommand(new ExportCommand(context))
                .addSubcommand(new ConformanceCommand(context))
                .addSubcommand(
                        new CommandLine(new BenchCommand(context)).addSubcommand(new BenchOffloadCommand(context)))
                .addSubcommand(new StarterCommand(context))
                .addSubcommand(new TourCommand(context))
                .setOut(context.out())
                .setErr(context.err())
                .setParameterExceptionHandler(this::wrongUsage)
                .setExecutionExceptionHandler(this::failed)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
    }

    /// Runs the program in this process and ends it with the command's exit code.
    public static void run(String[] args) {
        GantryHome home = GantryHome.current();
        Optional<Path> settings = SettingsFile.alone(List.of(args));
        var window = window(home, settings);
        if ((args.length == 0 || settings.isPresent()) && window.isPresent()) {
            System.exit(showWindow(window.get()));
        }
        var out = writer(FileDescriptor.out);
        var err = writer(FileDescriptor.err);
        var cancel = new CancelFlag();
        var progress = new TerminalProgress(err, barStyle(), cancel, System::nanoTime);
        var in = new LineInput(new InputStreamReader(System.in, charset()));
        var context = new CliContext(in, out, err, progress, home, new JsonOutput());
        var ctrlC = new CtrlC(cancel, err, in);
        int exitCode = new GantryCli(context, window).execute(args);
        // after Ctrl-C the JVM is already going down, with its own exit code 130
        if (!ctrlC.finish()) {
            System.exit(exitCode);
        }
    }

    /// Opens the window without making the commands first, which would take a third of its start. Ctrl-C ends it at
    /// once: there is nothing to save, and what trains does so in a process of its own.
    private static int showWindow(BooleanSupplier window) {
        var out = writer(FileDescriptor.out);
        try {
            Gantry.show(window, out);
            return ExitCode.OK.value();
        } catch (RuntimeException | Error failure) {
            return tell(failure, writer(FileDescriptor.err)).value();
        } finally {
            out.flush();
        }
    }

    private static ExitCode tell(Throwable failure, PrintWriter err) {
        var explained = Failures.explain(failure);
        if (explained.isEmpty()) {
            Failures.printDefect(err, failure);
        } else {
            Failures.print(err, explained.get());
        }
        err.flush();
        return explained.map(told -> ExitCode.of(told.kind())).orElse(ExitCode.DEFECT);
    }

    /// Runs one command and returns its exit code.
    public int execute(String... args) {
        try {
            return commandLine.execute(args);
        } catch (OutOfMemoryError full) {
            return report(full, commandLine);
        } finally {
            context.out().flush();
            context.err().flush();
        }
    }

    private int wrongUsage(ParameterException wrong, String[] args) {
        GantryException explained = UsageError.explain(wrong, List.of(args));
        if (List.of(args).contains(JSON)) {
            context.printJson(Failures.asData(explained, ExitCode.USAGE));
        }
        Failures.print(context.err(), explained);
        return ExitCode.USAGE.value();
    }

    private int failed(Exception failure, CommandLine command, ParseResult parsed) {
        return report(failure, command);
    }

    private int report(Throwable failure, CommandLine command) {
        if (root.debug) {
            failure.printStackTrace(context.err());
        }
        Failures.explain(failure)
                .filter(told -> wantsJson(command))
                .ifPresent(told -> context.printJson(Failures.asData(told, ExitCode.of(told.kind()))));
        return tell(failure, context.err()).value();
    }

    private static Optional<BooleanSupplier> window(GantryHome home, Optional<Path> settings) {
        return GantryWindow.hasDisplay()
                ? Optional.of(() -> GantryWindow.runUntilClosed(home, settings))
                : Optional.empty();
    }

    private static boolean wantsJson(CommandLine command) {
        var option = command.getCommandSpec().findOption(JSON);
        return option != null && Boolean.TRUE.equals(option.getValue());
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), false, charset());
    }

    /// UTF-8 everywhere but on a Windows console, whose code page the JVM knows.
    private static Charset charset() {
        return Optional.ofNullable(System.console())
                .filter(console -> System.getProperty("os.name").startsWith("Windows"))
                .map(Console::charset)
                .orElse(StandardCharsets.UTF_8);
    }

    /// The launcher says whether standard error is a terminal, which Java cannot ask.
    private static BarStyle barStyle() {
        boolean terminal = switch (System.getProperty("gantry.stderr", "")) {
            case "terminal" -> !"dumb".equals(System.getenv("TERM"));
            case "file" -> false;
            default ->
                Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent();
        };
        return terminal ? BarStyle.REDRAWN : BarStyle.LINES;
    }
}
