package dev.gantry.app.ui.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One text being said in another language, piece by piece.
///
/// Every piece is looked at once, and a text is taken apart in few places, so that none takes long whatever is in it.
final class Retelling {
    /// What stands between two sentences, or between items, and what stands there in Chinese.
    private enum Joint {
        COLON(": ", "：", false),
        SEMICOLON("; ", "；", false),
        OR(", or ", "，或", true),
        COMMA(", ", "，", true);

        private final String english;
        private final String translated;
        /// Stands inside of sentences as well, so that it joins two only where both are known.
        private final boolean isWeak;

        Joint(String english, String translated, boolean isWeak) {
            this.english = english;
            this.translated = translated;
            this.isWeak = isWeak;
        }
    }

    /// A pattern that fits a text, with the values it finds there.
    private record Fit(Sentences.Entry entry, Map<String, String> values) {
        /// Whether one of its values may be the rest of another sentence.
        boolean holdsJoint() {
            return values.values().stream()
                    .anyMatch(value -> value.contains(Joint.COLON.english) || value.contains(Joint.SEMICOLON.english));
        }

        boolean endsWithValue() {
            return entry.translation().endsWith("{" + entry.pattern().slots().getLast() + "}");
        }
    }

    private static final Pattern COUNTED = Pattern.compile("([0-9][0-9.,]*) (.+)");
    private static final int MOST_JOINTS = 16;
    private static final int DEEPEST = 16;

    private final List<Sentences.Entry> sentences;
    private final List<Sentences.Entry> words;
    private final Map<String, String> told = new HashMap<>();

    Retelling(List<Sentences.Entry> sentences, List<Sentences.Entry> words) {
        this.sentences = sentences;
        this.words = words;
    }

    /// Null when nothing of it is known.
    @Nullable
    String of(String english) {
        return of(english, 0);
    }

    /// The text as one of the sentences; the same text when it is none.
    String ofWhole(String english) {
        Fit fit = closest(sentences, english);
        return fit == null ? english : filled(fit, 0);
    }

    private @Nullable String of(String english, int depth) {
        if (depth > DEEPEST || english.isBlank()) {
            return null;
        }
        // an empty text stands for one that is not known
        if (!told.containsKey(english)) {
            told.put(english, "");
            told.put(english, Objects.requireNonNullElse(retold(english, depth + 1), ""));
        }
        String text = Objects.requireNonNull(told.get(english));
        return text.isEmpty() ? null : text;
    }

    private @Nullable String retold(String english, int depth) {
        Fit fit = closest(sentences, english);
        if (fit != null && !fit.holdsJoint()) {
            return filled(fit, depth);
        }
        String joined = apart(english, true, depth);
        if (joined != null) {
            return joined;
        }
        if (fit != null && fit.endsWithValue()) {
            return filled(fit, depth);
        }
        String half = fit == null ? counted(english, depth) : null;
        half = half == null ? apart(english, false, depth) : half;
        return half != null || fit == null ? half : filled(fit, depth);
    }

    /// A number of things, such as `3 bad JSON`.
    private @Nullable String counted(String english, int depth) {
        Matcher counted = COUNTED.matcher(english);
        Fit things = counted.matches() ? closest(sentences, counted.group(2)) : null;
        return things == null ? null : counted.group(1) + " " + filled(things, depth);
    }

    private @Nullable String piece(String english, int depth) {
        Fit whole = closest(sentences, english);
        return whole == null ? counted(english, depth) : filled(whole, depth);
    }

    /// The text as two sentences.
    ///
    /// @param both whether both must be known
    private @Nullable String apart(String english, boolean both, int depth) {
        for (Joint joint : Joint.values()) {
            int at = english.indexOf(joint.english);
            for (int tries = 0; at >= 0 && tries < MOST_JOINTS; tries++) {
                String before = english.substring(0, at);
                String after = english.substring(at + joint.english.length());
                String first = piece(before, depth);
                String second = first != null || !both ? of(after, depth) : null;
                int sides = (first == null ? 0 : 1) + (second == null ? 0 : 1);
                if (sides == 2 || (sides == 1 && !both && !joint.isWeak)) {
                    return Objects.requireNonNullElse(first, before)
                            + joint.translated
                            + Objects.requireNonNullElse(second, after);
                }
                at = english.indexOf(joint.english, at + 1);
            }
        }
        return null;
    }

    private static @Nullable Fit closest(List<Sentences.Entry> entries, String english) {
        Fit closest = null;
        for (Sentences.Entry entry : entries) {
            Map<String, String> values = entry.pattern().match(english);
            if (values != null && (closest == null || entry.pattern().isCloserThan(closest.entry.pattern()))) {
                closest = new Fit(entry, values);
            }
        }
        return closest;
    }

    private String filled(Fit fit, int depth) {
        return SentencePattern.filled(
                fit.entry.translation(),
                (place, isWord) -> value(Objects.requireNonNull(fit.values.get(place), place), isWord, depth));
    }

    private String value(String english, boolean isWord, int depth) {
        Fit word = isWord && depth <= DEEPEST ? closest(words, english) : null;
        return word != null ? filled(word, depth + 1) : Objects.requireNonNullElse(of(english, depth), english);
    }
}
