package dev.gantry.app.ui.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.ResourceBundle;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// All words of the window in one language, from the bundles of the frame and of every registered screen.
///
/// Keys begin with the name of their bundle, such as `models.add`. Patterns are those of [MessageFormat]; numbers in
/// them are written as the locale does. An apostrophe in a text is the typographic one, because the plain one is
/// special to the format.
public final class Texts {
    private final Locale locale;
    private final Map<String, String> patterns;
    private final Sentences sentences;

    private Texts(Locale locale, Map<String, String> patterns) {
        this.locale = locale;
        this.patterns = patterns;
        this.sentences = new Sentences(locale);
    }

    /// Reads `texts.properties` and the file of the locale's language from each folder.
    ///
    /// @param folders resource folders, such as `/dev/gantry/app/ui/frame`
    public static Texts load(Locale locale, List<String> folders) {
        Map<String, String> patterns = new TreeMap<>();
        for (String folder : folders) {
            patterns.putAll(read(folder + "/texts.properties"));
            String translated = folder + "/texts_" + locale.getLanguage() + ".properties";
            if (Texts.class.getResource(translated) != null) {
                patterns.putAll(read(translated));
            }
        }
        return new Texts(locale, patterns);
    }

    /// The entries of one bundle file.
    public static Map<String, String> read(String resource) {
        Properties properties = new Properties();
        try (InputStream in = Texts.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no " + resource);
            }
            properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> entries = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> entries.put(key, properties.getProperty(key)));
        return entries;
    }

    /// The same keys with every text changed, to find words that are in no bundle and places that are too narrow.
    public Texts changed(UnaryOperator<String> change) {
        Map<String, String> changed = new TreeMap<>();
        patterns.forEach((key, pattern) -> changed.put(key, change.apply(pattern)));
        return new Texts(locale, changed);
    }

    public Locale locale() {
        return locale;
    }

    public boolean has(String key) {
        return patterns.containsKey(key);
    }

    /// @throws IllegalArgumentException when no bundle has the key
    public String get(String key) {
        String pattern = patterns.get(key);
        if (pattern == null) {
            throw new IllegalArgumentException("no text for " + key);
        }
        return pattern;
    }

    /// The text, or `fallback` where no bundle has the key.
    public String getOr(String key, String fallback) {
        return patterns.getOrDefault(key, fallback);
    }

    /// The text with `arguments` in place of `{0}`, `{1}`...
    public String format(String key, Object... arguments) {
        return new MessageFormat(get(key), locale).format(arguments);
    }

    /// What a failure says, in this language where it is known, else in the English it was thrown in.
    public String sentence(String english) {
        return sentences.of(english);
    }

    /// One of the words that the trainer names its memory by, as [#sentence].
    public String word(String english) {
        return sentences.word(english);
    }

    /// Numbers, sizes and times in this language.
    public Numbers numbers() {
        return new Numbers(this);
    }

    /// For FXML, where `%models.add` stands for a text.
    public ResourceBundle bundle() {
        return new ResourceBundle() {
            @Override
            protected Object handleGetObject(String key) {
                return get(key);
            }

            @Override
            public Enumeration<String> getKeys() {
                return Collections.enumeration(patterns.keySet());
            }
        };
    }
}
