package dev.gantry.app.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which Linux this is and how packages are installed on it; of other systems only that they are none.
///
/// @param root the file system's, `/`
record LinuxRelease(Path root, String operatingSystem, String architecture) {
    private static final String NVIDIA = "0x10de";
    private static final String DISPLAY_CLASS = "0x03";

    static LinuxRelease current() {
        return new LinuxRelease(Path.of("/"), System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    boolean isLinuxOnIntel() {
        return operatingSystem.startsWith("Linux") && List.of("amd64", "x86_64").contains(architecture);
    }

    /// Whether a card of NVIDIA is on the bus, also one without a driver.
    boolean hasNvidiaCard() {
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(root.resolve("sys/bus/pci/devices"))) {
            for (Path device : devices) {
                if (line(device.resolve("vendor")).equals(NVIDIA)
                        && line(device.resolve("class")).startsWith(DISPLAY_CLASS)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | UncheckedIOException | DirectoryIteratorException _) {
            return false; // nobody says so
        }
    }

    private static String line(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    /// The command before the names of packages; empty where we know of none.
    Optional<String> installer() {
        if (isApt()) {
            return Optional.of("sudo apt-get install");
        }
        if (isLike("fedora") || isLike("rhel")) {
            return Optional.of("sudo dnf install");
        }
        return isLike("suse") || isLike("sles") ? Optional.of("sudo zypper install") : Optional.empty();
    }

    boolean isApt() {
        return isLike("debian") || isLike("ubuntu");
    }

    boolean isDebian(int fromVersion) {
        return is("debian", fromVersion);
    }

    boolean isUbuntu(int fromVersion) {
        return is("ubuntu", fromVersion);
    }

    private boolean is(String name, int fromVersion) {
        Map<String, String> words = words();
        String version = words.getOrDefault("VERSION_ID", "").replaceFirst("[^0-9].*", "");
        return words.getOrDefault("ID", "").equals(name)
                && (version.isEmpty() ? fromVersion == 0 : Integer.parseInt(version) >= fromVersion);
    }

    private boolean isLike(String name) {
        Map<String, String> words = words();
        return List.of((words.getOrDefault("ID", "") + " " + words.getOrDefault("ID_LIKE", "")).split(" ", -1))
                .contains(name);
    }

    private Map<String, String> words() {
        Map<String, String> words = new HashMap<>();
        try {
            for (String line : Files.readAllLines(root.resolve("etc/os-release"))) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    words.put(
                            line.substring(0, equals),
                            line.substring(equals + 1).replace("\"", ""));
                }
            }
        } catch (IOException _) {
            return Map.of(); // a system that does not say its name
        }
        return words;
    }
}
