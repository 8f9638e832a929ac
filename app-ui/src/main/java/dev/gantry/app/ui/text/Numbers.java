package dev.gantry.app.ui.text;

import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;

/// Numbers as people of a language read them.
public final class Numbers {
    private static final String[] BYTE_UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final double HALF = 0.5;

    private final Texts texts;
    private final Locale locale;

    Numbers(Texts texts) {
        this.texts = texts;
        this.locale = texts.locale();
    }

    /// `1,234,567`
    public String count(long amount) {
        return NumberFormat.getIntegerInstance(locale).format(amount);
    }

    /// `3.14`, with exactly `digits` behind the point.
    public String decimal(double value, int digits) {
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        format.setMinimumFractionDigits(digits);
        format.setMaximumFractionDigits(digits);
        return format.format(value);
    }

    /// `42 %` of a share of 0.42.
    public String percent(double share) {
        return NumberFormat.getPercentInstance(locale).format(share);
    }

    /// `1.50 GiB`
    public String bytes(long bytes) {
        if (bytes < 1024) {
            return count(bytes) + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return decimal(value, value < 10 ? 2 : value < 100 ? 1 : 0) + " " + BYTE_UNITS[unit];
    }

    /// `3.2 million`, in Chinese `320万`: short enough for a list.
    public String parameters(long parameters) {
        NumberFormat format = NumberFormat.getCompactNumberInstance(locale, NumberFormat.Style.LONG);
        format.setMaximumFractionDigits(1);
        return format.format(parameters);
    }

    /// `12 s`, `3 min 20 s`, `2 h 05 min`; never more than two units.
    public String duration(Duration time) {
        long seconds = Math.round(time.toMillis() / 1000.0);
        if (time.toMillis() < 10_000) {
            return texts.format("frame.time.seconds", decimal(time.toMillis() / 1000.0, 1));
        }
        if (seconds < 120) {
            return texts.format("frame.time.seconds", count(seconds));
        }
        if (seconds < 7200) {
            return texts.format("frame.time.minutes", seconds / 60, String.format(Locale.ROOT, "%02d", seconds % 60));
        }
        return texts.format(
                "frame.time.hours", count(seconds / 3600), String.format(Locale.ROOT, "%02d", seconds / 60 % 60));
    }

    /// `about 3 minutes`: for estimates, which must not look more exact than they are.
    public String roughly(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 60) {
            return texts.get("frame.time.under-a-minute");
        }
        if (seconds < 5400) {
            return texts.format("frame.time.about-minutes", Math.round(seconds / 60.0));
        }
        return texts.format("frame.time.about-hours", decimal(Math.round(seconds / 3600.0 / HALF) * HALF, 1));
    }

    /// Date and time of day, in the zone of the machine.
    public String dateTime(Instant instant) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withLocale(locale)
                .withZone(ZoneId.systemDefault())
                .format(instant);
    }
}
