package dev.gantry.app.cli;

import dev.gantry.app.failure.Failure;
import dev.gantry.engine.GantryException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;

/// Writes a failure to the terminal or as data; what it says is decided in [Failure].
final class Failures {
    private Failures() {}

    /// See [Failure#explain].
    static Optional<GantryException> explain(Throwable failure) {
        return Failure.explain(failure);
    }

    /// Writes the failure for a person.
    static void print(PrintWriter err, GantryException failure) {
        err.println("error: " + failure.what());
        err.println("  why:        " + failure.why());
        err.println("  what to do: " + failure.nextStep());
        err.println("  code:       " + failure.code());
        err.flush();
    }

    /// Writes a defect of the program; without `--debug` only what a report needs.
    static void printDefect(PrintWriter err, Throwable defect) {
        err.println("error: Gantry made a mistake of its own: " + defect);
        StackTraceElement[] trace = defect.getStackTrace();
        err.println("  why:        not known; it happened at " + (trace.length == 0 ? "an unknown place" : trace[0]));
        err.println("  what to do: run the same command with --debug and report what it prints");
        err.println("  code:       DEFECT");
        err.flush();
    }

    /// The failure as a script reads it.
    static Map<String, Object> asData(GantryException failure, ExitCode exit) {
        return Map.of(
                "error",
                Map.of(
                        "code", failure.code(),
                        "what", failure.what(),
                        "why", failure.why(),
                        "nextStep", failure.nextStep(),
                        "exitCode", exit.value()));
    }
}
