package dev.gantry.app.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What other processes hold of the machine's memory, where the system tells.
public final class ProcessMemory {
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

    private ProcessMemory() {}

    /// Bytes of memory that a process holds; empty when it is gone, or the system is not Linux.
    public static Optional<Long> residentBytes(long pid) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        try {
            Matcher resident = RESIDENT.matcher(Files.readString(status));
            return resident.find() ? Optional.of(Long.parseLong(resident.group(1)) * 1024) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
