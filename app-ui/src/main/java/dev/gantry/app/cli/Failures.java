package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The one place that turns an exception into words and an exit code.
final class Failures {
    private Failures() {}

    /// The failure in the terms of [GantryException] when a person can act on it; empty for a defect of the program.
    static Optional<GantryException> explain(Throwable failure) {
        return switch (failure) {
            case GantryException known -> Optional.of(known);
            case UncheckedIOException wrapped -> explain(Objects.requireNonNull(wrapped.getCause()));
            case IOException io -> Optional.of(explainIo(io).causedBy(io));
            case OutOfMemoryError full ->
                Optional.of(GantryException.environment(
                                "MEMORY-FULL",
                                "the memory is full",
                                String.valueOf(full.getMessage()),
                                "close other programs or take a smaller batch or length; when the text above names the"
                                        + " Java heap, start with GANTRY_JVM_OPTS=-Xmx8g")
                        .causedBy(full));
            default -> Optional.empty();
        };
    }

    private static GantryException explainIo(IOException io) {
        String message = String.valueOf(io.getMessage());
        return switch (io) {
            case NoSuchFileException missing ->
                GantryException.badInput(
                        "FILE-MISSING",
                        "cannot open " + missing.getFile(),
                        "there is no such file or folder",
                        "check the path");
            case AccessDeniedException denied ->
                GantryException.badInput(
                        "FILE-DENIED",
                        "cannot use " + denied.getFile(),
                        "the system denies access",
                        "change its permissions or choose another place");
            case FileSystemException other
            when isDiskFull(other) ->
                GantryException.environment(
                        "DISK-FULL",
                        "cannot write " + other.getFile(),
                        "the disk is full",
                        "free some space and start again; nothing that was finished is lost");
            default ->
                GantryException.environment(
                        "FILE-IO",
                        "a file could not be read or written",
                        message,
                        "check the disk it lies on, then start again");
        };
    }

    private static boolean isDiskFull(FileSystemException io) {
        String reason = String.valueOf(io.getReason()).toLowerCase(Locale.ROOT);
        return reason.contains("no space") || reason.contains("not enough space") || reason.contains("quota");
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
