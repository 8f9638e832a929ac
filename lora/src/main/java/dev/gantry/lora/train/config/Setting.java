package dev.gantry.lora.train.config;

import dev.gantry.engine.GantryException;
import org.jspecify.annotations.Nullable;

/// Checks of single settings; every message names the setting as the file does.
final class Setting {
    private Setting() {}

    static void atLeast(String name, @Nullable Number value, double least) {
        if (value != null && !(value.doubleValue() >= least && Double.isFinite(value.doubleValue()))) {
            throw wrong(name, value, "must be " + plain(least) + " or more");
        }
    }

    static void above(String name, @Nullable Number value, double bound) {
        if (value != null && !(value.doubleValue() > bound && Double.isFinite(value.doubleValue()))) {
            throw wrong(name, value, "must be above " + plain(bound));
        }
    }

    /// In `[least, bound)`.
    static void within(String name, @Nullable Number value, double least, double bound) {
        if (value != null && !(value.doubleValue() >= least && value.doubleValue() < bound)) {
            throw wrong(name, value, "must be at least " + plain(least) + " and below " + plain(bound));
        }
    }

    static void present(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw GantryException.usage(
                    "CONFIG-MISSING", "cannot use the settings", name + " is missing", "Add it to the settings.");
        }
    }

    static GantryException wrong(String name, Object value, String rule) {
        return GantryException.usage(
                "CONFIG-VALUE", "cannot use the settings", name + " is " + value + "; it " + rule, "Change it.");
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
