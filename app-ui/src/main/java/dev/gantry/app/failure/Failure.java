package dev.gantry.app.failure;

import dev.gantry.engine.GantryException;
import dev.gantry.offload.io.DiskSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// Turns any exception into what a person is told.
public final class Failure {
    /// The code of everything that is a mistake of the program itself.
    public static final String DEFECT = "DEFECT";

    private Failure() {}

    /// The failure in the terms of [GantryException] when a person can act on it; empty for a defect of the program.
    public static Optional<GantryException> explain(Throwable failure) {
        return switch (failure) {
            case GantryException known -> Optional.of(known);
            case UncheckedIOException wrapped -> explain(Objects.requireNonNull(wrapped.getCause()));
            case IOException io -> Optional.of(explainIo(io).causedBy(io));
            case InvalidPathException path ->
                Optional.of(GantryException.usage(
                                "PATH-WRONG",
                                "cannot use the path " + path.getInput(),
                                String.valueOf(path.getReason()),
                                "check how it is written")
                        .causedBy(path));
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

    /// The failure for the window, where a defect is shown like any other failure.
    public static GantryException told(Throwable failure) {
        return explain(failure).orElseGet(() -> defect(failure));
    }

    private static GantryException defect(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return new GantryException(
                GantryException.Kind.FAILED_CHECK,
                DEFECT,
                "Gantry made a mistake of its own: " + failure,
                "not known; it happened at " + (trace.length == 0 ? "an unknown place" : trace[0]),
                "copy the report and send it to the people who make Gantry; your files are untouched",
                failure);
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
                        "change its permissions or choose another place; GANTRY_HOME moves Gantry's own folder");
            case FileAlreadyExistsException there ->
                GantryException.badInput(
                        "FILE-EXISTS",
                        "cannot make " + there.getFile(),
                        "there is something of that name already",
                        "choose another name");
            case NotDirectoryException file ->
                GantryException.badInput(
                        "FILE-NO-FOLDER", "cannot look into " + file.getFile(), "it is not a folder", "check the path");
            case FileSystemException readOnly
            when isReadOnly(readOnly) ->
                GantryException.badInput(
                        "FILE-DENIED",
                        "cannot write " + readOnly.getFile(),
                        "it lies on a file system that can only be read",
                        "choose another place; GANTRY_HOME moves Gantry's own folder");
            case FileSystemException other
            when DiskSpace.isFull(other.getReason()) -> diskFull(String.valueOf(other.getFile()));
            case IOException other when DiskSpace.isFull(message) -> diskFull("a file");
            default ->
                GantryException.environment(
                        "FILE-IO",
                        "a file could not be read or written",
                        message,
                        "check the disk it lies on, then start again");
        };
    }

    private static boolean isReadOnly(FileSystemException io) {
        return String.valueOf(io.getReason()).toLowerCase(Locale.ROOT).contains("read-only");
    }

    private static GantryException diskFull(String file) {
        return GantryException.environment(
                "DISK-FULL",
                "cannot write " + file,
                "the disk is full",
                "free some space and start again; nothing that was finished is lost");
    }
}
