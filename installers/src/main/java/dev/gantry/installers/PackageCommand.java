package dev.gantry.installers;

import dev.gantry.engine.GantryException;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `gantry package`, which the launcher of the sources starts after a build.
@Command(
        name = "gantry package",
        mixinStandardHelpOptions = true,
        description = "Makes installable packages of this program for the system it runs on.")
public final class PackageCommand implements Callable<Integer> {
    private static final double MEGABYTE = 1e6;
    private static final int MISSING_TOOL = 4;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--type",
            split = ",",
            description = "what to make: ${COMPLETION-CANDIDATES}; all that this system can make by default")
    private List<PackageType> types = new ArrayList<>();

    @Option(names = "--out", description = "the folder for packages; target/packages by default")
    private @Nullable Path out;

    @Option(
            names = "--no-quick-start",
            description = "leave out what the JVM learns of the classes: smaller, starts slower")
    private boolean noQuickStart;

    @Option(names = "--project", hidden = true, required = true)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path project;

    @Option(names = "--class-path", hidden = true, required = true)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path classPath;

    /// Ends the process with the exit code of the command.
    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new PackageCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(PackageCommand::failed);
        System.exit(command.execute(arguments));
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (!(failure instanceof GantryException told)) {
            throw failure;
        }
        PrintWriter err = command.getErr();
        err.println("error: " + told.what());
        err.println("  why:        " + told.why());
        err.println("  what to do: " + told.nextStep());
        err.println("  code:       " + told.code());
        return MISSING_TOOL;
    }

    @Override
    public Integer call() throws IOException {
        Platform platform = Platform.current();
        List<PackageType> wanted = types.isEmpty() ? PackageType.of(platform.family()) : types;
        List<PackageType> possible =
                wanted.stream().filter(type -> isPossible(type, platform)).toList();
        if (possible.isEmpty()) {
            return MISSING_TOOL;
        }
        Path folder = (out == null ? project.resolve("target/packages") : out)
                .toAbsolutePath()
                .normalize();
        Files.createDirectories(folder);
        PrintWriter told = spec.commandLine().getOut();
        Packaging packaging = new Packaging(Release.current(), platform, project, folder, line -> {
            told.println(line);
            told.flush();
        });
        ImageLayout image = packaging.image(
                Stream.of(paths(classPath).split(File.pathSeparator, -1))
                        .map(Path::of)
                        .toList(),
                !noQuickStart);
        told.printf(Locale.ROOT, "  %.0f MB in %s%n", FileTree.bytes(image.image()) / MEGABYTE, image.image());
        for (PackageType type : possible) {
            Path file = packaging.make(type, image);
            told.printf(Locale.ROOT, "  %.0f MB in %s%n", Files.size(file) / MEGABYTE, file);
        }
        return types.isEmpty() || possible.size() == wanted.size() ? 0 : MISSING_TOOL;
    }

    /// The class path in the launcher's file; Windows writes a mark before its text.
    private static String paths(Path file) throws IOException {
        return Files.readString(file).replace("\uFEFF", "").strip();
    }

    /// Says what is in the way of a type.
    private boolean isPossible(PackageType type, Platform platform) {
        PrintWriter err = spec.commandLine().getErr();
        String name = type.name().toLowerCase(Locale.ROOT);
        if (!PackageType.of(platform.family()).contains(type)) {
            err.println("skipped: " + name + " is made on another system");
            return false;
        }
        Optional<String> missing = type.missingTool();
        missing.ifPresent(
                tool -> err.println("skipped: " + name + " needs " + tool + ", which is not on this machine"));
        err.flush();
        return missing.isEmpty();
    }
}
