package dev.gantry.app.ui.look;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javafx.scene.paint.Color;

/// The named colours of a style sheet, for what no style sheet reaches.
final class ThemeColors {
    private static final Pattern COLOR = Pattern.compile("(-g-[a-z0-9-]+):\\s*([#a-z][0-9a-z]*);");

    private static final Map<Theme, Map<String, Color>> COLORS = new EnumMap<>(Theme.class);

    static {
        for (Theme theme : Theme.values()) {
            COLORS.put(theme, read(theme.sheet()));
        }
    }

    private ThemeColors() {}

    static Color of(Theme theme, String name) {
        Color color = Objects.requireNonNull(COLORS.get(theme)).get(name);
        if (color == null) {
            throw new IllegalArgumentException("no colour " + name + " in " + theme);
        }
        return color;
    }

    private static Map<String, Color> read(URL sheet) {
        Map<String, Color> colors = new HashMap<>();
        try (InputStream in = sheet.openStream()) {
            Matcher found = COLOR.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            while (found.find()) {
                colors.put(found.group(1), Color.web(found.group(2)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(colors);
    }
}
