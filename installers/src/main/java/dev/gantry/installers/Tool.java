package dev.gantry.installers;

import dev.gantry.engine.GantryException;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.spi.ToolProvider;

/// Programs of the JDK and of the system that do parts of the work.
final class Tool {
    private Tool() {}

    /// Runs a tool of this JDK in this process.
    ///
    /// @throws GantryException when it is not there or fails; what it said is the reason
    static void ofJdk(String name, List<String> arguments) {
        ToolProvider tool = ToolProvider.findFirst(name)
                .orElseThrow(() -> GantryException.environment(
                        "PACKAGE-NO-TOOL",
                        "cannot package Gantry",
                        "this Java has no " + name,
                        "use a whole JDK, not a run-time; GANTRY_JAVA_HOME names it"));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int status = tool.run(out, out, arguments.toArray(String[]::new));
        if (status != 0) {
            throw failed(name, said.toString());
        }
    }

    /// The program of this name on the `PATH`.
    static Optional<Path> find(String name) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path program = Path.of(folder).resolve(name);
            if (!folder.isEmpty() && Files.isExecutable(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }

    /// Runs a program to its end.
    ///
    /// @param environment what it is told besides this process's own environment
    /// @throws GantryException when it fails; what it said is the reason
    static void run(Path folder, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw failed(command.getFirst(), said);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw GantryException.cancelled("packaging", "start it again");
        }
    }

    private static GantryException failed(String name, String said) {
        List<String> lines = new ArrayList<>(said.strip().lines().toList());
        List<String> last = lines.subList(Math.max(0, lines.size() - 12), lines.size());
        return GantryException.environment(
                "PACKAGE-FAILED",
                name + " failed while packaging Gantry",
                last.isEmpty() ? "it said nothing" : String.join("\n              ", last),
                "mend what it names and start again");
    }
}
