package dev.gantry.app.cli;

import dev.gantry.engine.progress.ProgressUnit;
import java.time.Duration;
import java.util.Locale;

/// Numbers as people read them, the same in every language setting.
public final class Quantity {
    private static final String[] BYTE_UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB"};

    private Quantity() {}

    static String of(long amount, ProgressUnit unit) {
        return switch (unit) {
            case BYTES -> bytes(amount);
            case ITEMS -> count(amount);
            case TOKENS, STEPS, ROWS, TENSORS, FILES -> count(amount) + " " + unit.symbol();
        };
    }

    /// `3 of 10 steps`; bytes keep a unit each, because theirs may differ.
    static String share(long done, long total, ProgressUnit unit) {
        return (unit == ProgressUnit.BYTES ? bytes(done) : count(done)) + " of " + of(total, unit);
    }

    static String rate(double perSecond, ProgressUnit unit) {
        if (unit == ProgressUnit.BYTES) {
            return bytes((long) perSecond) + "/s";
        }
        String number = perSecond < 10 ? String.format(Locale.ROOT, "%.1f", perSecond) : count((long) perSecond);
        return number + (unit.symbol().isEmpty() ? "" : " " + unit.symbol()) + "/s";
    }

    public static String count(long amount) {
        return String.format(Locale.ROOT, "%,d", amount);
    }

    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, value < 10 ? "%.2f %s" : "%.1f %s", value, BYTE_UNITS[unit]);
    }

    public static String duration(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
        }
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7200) {
            return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
        }
        return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
    }
}
