package dev.gantry.app.ui.text.thrown;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One way a sentence can read.
record Phrase(List<Part> parts) {
    static final Phrase EMPTY = new Phrase(List.of());
    private static final Pattern WORD = Pattern.compile("(?<![A-Za-z{])[a-z]{2,}");

    static Phrase literal(String text) {
        return text.isEmpty() ? EMPTY : new Phrase(List.of(new Part.Literal(text)));
    }

    static Phrase slot(String name) {
        return new Phrase(List.of(new Part.Slot(name)));
    }

    static Phrase parameter(int index, String name) {
        return new Phrase(List.of(new Part.Parameter(index, name)));
    }

    /// Each of `heads` before each of `tails`.
    static Set<Phrase> joined(Collection<Phrase> heads, Collection<Phrase> tails) {
        Set<Phrase> all = new LinkedHashSet<>();
        for (Phrase head : heads) {
            for (Phrase tail : tails) {
                List<Part> parts = new ArrayList<>(head.parts);
                parts.addAll(tail.parts);
                all.add(new Phrase(List.copyOf(parts)));
            }
        }
        return all;
    }

    /// What a variable can be: values that are nothing but values, or nothing known, are a slot of its name.
    static Set<Phrase> named(String name, Set<Phrase> phrases) {
        Set<Phrase> named = new LinkedHashSet<>();
        for (Phrase phrase : phrases) {
            boolean value = phrase.parts.size() == 1 && phrase.parts.getFirst() instanceof Part.Slot;
            named.add(value ? slot(name) : phrase);
        }
        return named.isEmpty() ? Set.of(slot(name)) : named;
    }

    /// The phrases that come of putting what `arguments` knows in place of the parameters.
    Set<Phrase> with(Function<Part.Parameter, Set<Phrase>> arguments) {
        Set<Phrase> all = Set.of(EMPTY);
        for (Part part : parts) {
            Set<Phrase> next =
                    part instanceof Part.Parameter hole ? arguments.apply(hole) : Set.of(new Phrase(List.of(part)));
            all = joined(all, next);
        }
        return all;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    boolean hasParameters() {
        return parts.stream().anyMatch(Part.Parameter.class::isInstance);
    }

    /// Whether it is values and nothing else.
    boolean isValue() {
        return !isEmpty() && parts.stream().allMatch(Part.Slot.class::isInstance);
    }

    /// Whether there is anything in it to translate.
    boolean hasWords() {
        return parts.stream()
                .anyMatch(part -> part instanceof Part.Literal literal
                        && WORD.matcher(literal.text()).find());
    }

    /// Whether it is more than a name or a number.
    boolean isSentence() {
        return pattern().strip().contains(" ") && hasWords();
    }

    /// The sentence with its slots in braces.
    String pattern() {
        return parts.stream()
                .map(part -> switch (part) {
                    case Part.Literal literal -> literal.text();
                    case Part.Slot slot -> "{" + slot.name() + "}";
                    case Part.Parameter hole -> "{" + hole.name() + "}";
                })
                .collect(Collectors.joining());
    }
}
