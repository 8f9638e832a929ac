package dev.gantry.offload.io;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What goes wrong between memory and disk, in words that name the file, the place and the length.
final class IoFault {
    private static final String UNTOUCHED = "the last checkpoint is as it was: resume from it";

    private IoFault() {}

    static GantryException read(BlockFile file, long offset, long bytes, IOException cause) {
        return GantryException.environment(
                        "FILE-READ",
                        "cannot read " + file.path(),
                        "%,d bytes at %,d: %s".formatted(bytes, offset, reason(cause)),
                        "check the disk it lies on; " + UNTOUCHED)
                .causedBy(cause);
    }

    static GantryException endedEarly(BlockFile file, long offset, long needed, long got) {
        return GantryException.badInput(
                "FILE-SHORT",
                "cannot read " + file.path(),
                "of %,d bytes at %,d only %,d are there: the file was cut off".formatted(needed, offset, got),
                "put the whole file back; " + UNTOUCHED);
    }

    static GantryException write(BlockFile file, long offset, long bytes, IOException cause) {
        String what = "cannot write " + file.path();
        String where = "%,d bytes at %,d".formatted(bytes, offset);
        if (DiskSpace.isFull(cause.getMessage())) {
            return diskFull(what, "the disk has no room for " + where + free(file.path()))
                    .causedBy(cause);
        }
        return GantryException.environment(
                        "FILE-WRITE", what, where + ": " + reason(cause), "check the disk it lies on; " + UNTOUCHED)
                .causedBy(cause);
    }

    static GantryException force(BlockFile file, IOException cause) {
        if (DiskSpace.isFull(cause.getMessage())) {
            return diskFull("cannot write " + file.path(), "the disk is full").causedBy(cause);
        }
        return GantryException.environment(
                        "FILE-WRITE",
                        "cannot write " + file.path(),
                        "the disk did not confirm what it was given: " + reason(cause),
                        "check the disk it lies on; " + UNTOUCHED)
                .causedBy(cause);
    }

    static GantryException noRoom(Path folder, long needed, long free) {
        return diskFull(
                "cannot set %,d bytes of %s aside".formatted(needed, folder),
                "only %,d bytes are free".formatted(free));
    }

    static GantryException changed(Path path, String how) {
        return GantryException.badInput(
                "FILE-CHANGED",
                "cannot go on reading " + path,
                how + " since it was opened",
                "put the old file back and leave it alone while it is in use; " + UNTOUCHED);
    }

    private static GantryException diskFull(String what, String why) {
        return GantryException.environment(
                "DISK-FULL", what, why, "make room or choose a folder on another disk; " + UNTOUCHED);
    }

    private static String free(Path path) {
        try {
            Path folder = path.toAbsolutePath().getParent();
            return folder == null
                    ? ""
                    : "; %,d bytes are free there"
                            .formatted(Files.getFileStore(folder).getUsableSpace());
        } catch (IOException e) {
            // the disk that is full is the message; how full it is would only have been nice to know
            return "";
        }
    }

    private static String reason(IOException cause) {
        return switch (cause) {
            case ClosedChannelException closed -> "it was closed while in use";
            default -> String.valueOf(cause.getMessage());
        };
    }
}
