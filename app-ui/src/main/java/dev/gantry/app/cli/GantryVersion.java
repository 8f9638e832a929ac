package dev.gantry.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// The version of the program, as the build wrote it down.
public final class GantryVersion implements IVersionProvider {
    /// The version alone, such as `0.1.0`.
    public static String current() {
        var properties = new Properties();
        try (var in = Objects.requireNonNull(
                GantryVersion.class.getResourceAsStream("version.properties"),
                "version.properties is not in the jar")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"gantry " + current()};
    }
}
