package dev.gantry.installers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/// What is released, as the build says.
///
/// @param time the time stamp of every file, so that the same sources give the same bytes
/// @param jvmFlags what every JVM of the program needs
public record Release(String version, Instant time, List<String> jvmFlags) {
    static final String NAME = "Gantry";
    /// The name of the command, of packages and of folders on Linux.
    static final String COMMAND = "gantry";
    static final String SUMMARY = "Tune large language models on this machine";
    static final String VENDOR = "Gantry";
    static final String MAIN_CLASS = "dev.gantry.app.Main";
    static final String MAIN_JAR = "app-ui.jar";

    public Release {
        jvmFlags = List.copyOf(jvmFlags);
    }

    /// The release that this module was built for.
    public static Release current() {
        Properties properties = new Properties();
        try (var in = Objects.requireNonNull(Release.class.getResourceAsStream("release.properties"))) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Release(
                properties.getProperty("version"),
                Instant.parse(properties.getProperty("timestamp")),
                List.of(properties.getProperty("jvm").split(" ", -1)));
    }

    /// The version as macOS takes it, whose first number must not be 0: 0.1.0 is 1.1.0 there.
    String macVersion() {
        int dot = version.indexOf('.');
        return Integer.parseInt(version.substring(0, dot)) + 1 + version.substring(dot);
    }
}
