package dev.gantry.app.ui.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A sentence with places for values, such as `cannot open {file}`.
///
/// @param literals the words before, between and behind the places: one more than there are places
/// @param slots the names of the places
record SentencePattern(List<String> literals, List<String> slots) {
    private static final Pattern SLOT = Pattern.compile("\\{([a-zA-Z]\\w*)}");

    /// A place of a translation; a star asks for the word that its value is.
    private static final Pattern PLACE = Pattern.compile("\\{([a-zA-Z]\\w*)(\\*?)}");

    SentencePattern {
        literals = List.copyOf(literals);
        slots = List.copyOf(slots);
    }

    static SentencePattern of(String written) {
        List<String> literals = new ArrayList<>();
        List<String> slots = new ArrayList<>();
        Matcher places = SLOT.matcher(written);
        int from = 0;
        while (places.find()) {
            literals.add(written.substring(from, places.start()));
            slots.add(places.group(1));
            from = places.end();
        }
        literals.add(written.substring(from));
        return new SentencePattern(literals, slots);
    }

    /// The values that stand in the places of `sentence`; null when it is another sentence. Each value is as short as
    /// the words behind it allow, so that the time grows with the length of the sentence alone.
    @Nullable
    Map<String, String> match(String sentence) {
        String head = literals.getFirst();
        String tail = literals.getLast();
        if (slots.isEmpty()) {
            return sentence.equals(head) ? Map.of() : null;
        }
        int end = sentence.length() - tail.length();
        if (end < head.length() || !sentence.startsWith(head) || !sentence.endsWith(tail)) {
            return null;
        }
        Map<String, String> values = new HashMap<>();
        int at = head.length();
        for (int slot = 0; slot < slots.size() - 1; slot++) {
            String behind = literals.get(slot + 1);
            int next = sentence.indexOf(behind, at);
            if (next < 0 || next + behind.length() > end) {
                return null;
            }
            values.put(slots.get(slot), sentence.substring(at, next));
            at = next + behind.length();
        }
        values.put(slots.getLast(), sentence.substring(at, end));
        return values;
    }

    /// Whether this says more of a sentence than another pattern that fits as well: it knows how the sentence begins,
    /// or more of its words.
    boolean isCloserThan(SentencePattern other) {
        boolean begins = !literals.getFirst().isEmpty();
        boolean otherBegins = !other.literals.getFirst().isEmpty();
        return begins == otherBegins ? letters() > other.letters() : begins;
    }

    private int letters() {
        return literals.stream().mapToInt(String::length).sum();
    }

    /// A translation with its values.
    ///
    /// @param value of a place, by its name and whether it is a word to look up
    static String filled(String translation, BiFunction<String, Boolean, String> value) {
        return PLACE.matcher(translation)
                .replaceAll(place -> Matcher.quoteReplacement(
                        value.apply(place.group(1), !place.group(2).isEmpty())));
    }
}
