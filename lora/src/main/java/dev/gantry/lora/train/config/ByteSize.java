package dev.gantry.lora.train.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.gantry.engine.GantryException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An amount of memory as people write it: `1.5GB`, `512 MiB`, `4096`.
///
/// @param bytes 0 or more
public record ByteSize(long bytes) {
    private static final Pattern WRITTEN = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([a-zA-Z]*)");
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("kb", 1_000L),
            Map.entry("mb", 1_000_000L),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("tb", 1_000_000_000_000L),
            Map.entry("k", 1L << 10),
            Map.entry("m", 1L << 20),
            Map.entry("g", 1L << 30),
            Map.entry("t", 1L << 40),
            Map.entry("kib", 1L << 10),
            Map.entry("mib", 1L << 20),
            Map.entry("gib", 1L << 30),
            Map.entry("tib", 1L << 40));

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException(bytes + " bytes");
        }
    }

    /// @throws GantryException when it is not written like that
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static ByteSize parse(String written) {
        Matcher matcher = WRITTEN.matcher(written.strip());
        Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        double bytes = unit == null ? Double.NaN : Double.parseDouble(matcher.group(1)) * unit;
        if (!(bytes >= 0 && bytes < Long.MAX_VALUE)) {
            throw GantryException.usage(
                    "BYTE-SIZE",
                    "cannot understand the size \"" + written + "\"",
                    "it is no number with a unit such as MB, GB, MiB or GiB",
                    "Write something like 1.5GB or 512MiB.");
        }
        return new ByteSize((long) bytes);
    }

    /// In bytes, which reads back exactly.
    @JsonValue
    @Override
    public String toString() {
        return Long.toString(bytes);
    }
}
