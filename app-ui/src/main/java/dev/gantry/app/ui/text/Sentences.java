package dev.gantry.app.ui.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Says what failures say in another language than the English they are thrown in.
///
/// A memory of translations: English patterns, each with the words for it. Values keep their text, except that a value
/// that is a sentence itself is translated too. What no pattern fits stays English.
public final class Sentences {
    private static final String FOLDER = "/dev/gantry/app/ui/text/sentences/";
    private static final List<String> FILES = List.of(
            "shared.txt", "engine.txt", "offload.txt", "zoo.txt", "lora.txt", "app.txt", "machine.txt", "quoted.txt");
    private static final String WORDS = "words.txt";
    private static final String INDENT = "    ";

    /// Longer texts are data, not sentences.
    private static final int MOST_CHARACTERS = 4000;

    /// One sentence of the memory.
    ///
    /// @param english as it is written in the file
    /// @param translation with the same places as `english`; a star behind the name of a place asks for its word
    record Entry(String english, SentencePattern pattern, String translation) {}

    private final String language;
    private @Nullable List<Entry> sentences;
    private @Nullable List<Entry> words;

    Sentences(Locale locale) {
        this.language = locale.getLanguage();
    }

    /// What a failure says, in this language; the same text when it is not known.
    public String of(String english) {
        if (isEnglish() || english.length() > MOST_CHARACTERS) {
            return english;
        }
        String translated = new Retelling(sentences(), words()).of(english);
        return translated == null ? english : translated;
    }

    /// A single word or name; the same text when it is not known.
    String word(String english) {
        return isEnglish() ? english : new Retelling(words(), words()).ofWhole(english);
    }

    private boolean isEnglish() {
        return language.equals(Locale.ENGLISH.getLanguage());
    }

    /// All sentences, read when the first failure is shown.
    synchronized List<Entry> sentences() {
        if (sentences == null) {
            List<Entry> read = new ArrayList<>();
            FILES.forEach(file -> read.addAll(read(file)));
            sentences = List.copyOf(read);
        }
        return sentences;
    }

    /// Words that are looked up only where a translation asks for one.
    synchronized List<Entry> words() {
        if (words == null) {
            words = read(WORDS);
        }
        return words;
    }

    /// The sentences of one file: English at the margin, its translation indented in the next line.
    List<Entry> read(String file) {
        List<Entry> entries = new ArrayList<>();
        String english = "";
        for (String line : lines(FOLDER + language + "/" + file)) {
            if (line.startsWith(INDENT)) {
                entries.add(new Entry(english, SentencePattern.of(english), line.strip()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                english = line;
            }
        }
        return entries;
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Sentences.class.getResourceAsStream(resource)) {
            return in == null
                    ? List.of()
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
