package dev.gantry.app.preferences;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the user chose in the window.
///
/// @param textSizePercent 90 to 200
/// @param values what single screens remember, under keys that begin with the screen's name
public record Preferences(ThemeChoice theme, Language language, int textSizePercent, Map<String, String> values) {
    public static final int SMALLEST_TEXT = 90;
    public static final int LARGEST_TEXT = 200;
    public static final Preferences DEFAULT = new Preferences(ThemeChoice.SYSTEM, Language.SYSTEM, 100, Map.of());

    /// Takes a file that lacks a field or has a size out of range as it can be meant.
    public Preferences(
            @Nullable ThemeChoice theme,
            @Nullable Language language,
            int textSizePercent,
            @Nullable Map<String, String> values) {
        this.theme = theme == null ? ThemeChoice.SYSTEM : theme;
        this.language = language == null ? Language.SYSTEM : language;
        this.textSizePercent = textSizePercent == 0 ? 100 : Math.clamp(textSizePercent, SMALLEST_TEXT, LARGEST_TEXT);
        this.values = values == null ? Map.of() : Map.copyOf(values);
    }

    public Preferences withTheme(ThemeChoice chosen) {
        return new Preferences(chosen, language, textSizePercent, values);
    }

    public Preferences withLanguage(Language chosen) {
        return new Preferences(theme, chosen, textSizePercent, values);
    }

    public Preferences withTextSizePercent(int percent) {
        return new Preferences(theme, language, percent, values);
    }

    /// @param value empty forgets it
    public Preferences withValue(String key, String value) {
        Map<String, String> changed = new TreeMap<>(values);
        if (value.isEmpty()) {
            changed.remove(key);
        } else {
            changed.put(key, value);
        }
        return new Preferences(theme, language, textSizePercent, changed);
    }

    /// What was remembered under `key`, else `otherwise`.
    public String value(String key, String otherwise) {
        return values.getOrDefault(key, otherwise);
    }
}
