package dev.gantry.zoo.chat.jinja;

import dev.gantry.zoo.chat.jinja.Whitespace.Side;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The methods of Python's `str`.
final class StringMethods {
    private final Budget budget;
    private final Splitting splitting;
    private final Searching searching;

    StringMethods(Budget budget) {
        this.budget = budget;
        splitting = new Splitting(budget);
        searching = new Searching(budget);
    }

    /// The method `name` of `text`, or null when texts have none of that name.
    @Nullable
    Value bind(Str text, String name) {
        Value.Function method = cutting(text, name);
        if (method == null) {
            method = letters(text, name);
        }
        return method == null ? searching.bind(text, name) : method;
    }

    private Value.@Nullable Function cutting(Str text, String name) {
        return switch (name) {
            case "strip" -> arguments -> strip(text, arguments, Side.BOTH);
            case "lstrip" -> arguments -> strip(text, arguments, Side.LEFT);
            case "rstrip" -> arguments -> strip(text, arguments, Side.RIGHT);
            case "split" -> arguments -> splitting.split(text, arguments, Side.LEFT);
            case "rsplit" -> arguments -> splitting.split(text, arguments, Side.RIGHT);
            case "splitlines" -> arguments -> splitting.lines(text, arguments);
            case "partition" -> arguments -> splitting.partition(text, arguments, Side.LEFT);
            case "rpartition" -> arguments -> splitting.partition(text, arguments, Side.RIGHT);
            case "removeprefix" ->
                arguments -> {
                    Str prefix = only(arguments, "prefix");
                    return text.text().startsWith(prefix.text())
                            ? text.units(prefix.text().length(), text.text().length())
                            : text;
                };
            case "removesuffix" ->
                arguments -> {
                    Str suffix = only(arguments, "suffix");
                    return text.text().endsWith(suffix.text())
                            ? text.units(0, text.text().length() - suffix.text().length())
                            : text;
                };
            default -> null;
        };
    }

    private Value.@Nullable Function letters(Str text, String name) {
        return switch (name) {
            case "lower", "casefold" -> arguments -> bare(arguments, text.lower());
            case "upper" -> arguments -> bare(arguments, text.upper());
            case "title" -> arguments -> bare(arguments, titled(text));
            case "capitalize" -> arguments -> bare(arguments, capitalized(text));
            case "swapcase" -> arguments -> bare(arguments, swapped(text));
            case "isdigit", "isdecimal", "isnumeric" -> arguments -> all(text, arguments, Character::isDigit);
            case "isalpha" -> arguments -> all(text, arguments, Character::isLetter);
            case "isalnum" -> arguments -> all(text, arguments, Character::isLetterOrDigit);
            case "isspace" -> arguments -> all(text, arguments, Whitespace::is);
            case "isupper" -> arguments -> cased(text, arguments, Character::isUpperCase);
            case "islower" -> arguments -> cased(text, arguments, Character::isLowerCase);
            case "center" -> arguments -> padded(text, arguments, Side.BOTH);
            case "ljust" -> arguments -> padded(text, arguments, Side.RIGHT);
            case "rjust" -> arguments -> padded(text, arguments, Side.LEFT);
            case "zfill" -> arguments -> zeroFilled(text, arguments);
            case "join" -> arguments -> join(text, arguments);
            case "format" -> arguments -> new BraceFormat(text.text(), arguments, budget).apply();
            default -> null;
        };
    }

    private Value strip(Str text, Arguments arguments, Side side) {
        arguments.allow(1);
        return Whitespace.strip(text, arguments.optionalText(0, "chars"), side, budget);
    }

    private static Str only(Arguments arguments, String name) {
        arguments.allow(1);
        return arguments.text(0, name);
    }

    private Value bare(Arguments arguments, Str result) {
        arguments.allow(0);
        budget.text(result.text().length());
        return result;
    }

    /// Each letter after a non-letter in upper case, as `str.title()`.
    static Str titled(Str text) {
        StringBuilder titled = new StringBuilder();
        boolean inWord = false;
        for (int c : text.text().codePoints().toArray()) {
            titled.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
        }
        return text.rewritten(titled.toString());
    }

    static Str capitalized(Str text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.text().offsetByCodePoints(0, 1);
        int upper = Character.toTitleCase(text.text().codePointAt(0));
        return text.rewritten(Character.toString(upper)
                + Str.of(text.text().substring(first)).lower().text());
    }

    private static Str swapped(Str text) {
        StringBuilder swapped = new StringBuilder();
        text.text()
                .codePoints()
                .forEach(c -> swapped.appendCodePoint(
                        Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c)));
        return text.rewritten(swapped.toString());
    }

    private Value all(Str text, Arguments arguments, IntPredicate holds) {
        arguments.allow(0);
        budget.spend(text.text().length());
        return Value.Bool.of(!text.isEmpty() && text.text().codePoints().allMatch(holds));
    }

    private Value cased(Str text, Arguments arguments, IntPredicate holds) {
        arguments.allow(0);
        budget.spend(text.text().length());
        int[] letters = text.text()
                .codePoints()
                .filter(c -> Character.isUpperCase(c) || Character.isLowerCase(c))
                .toArray();
        return Value.Bool.of(
                letters.length > 0 && java.util.Arrays.stream(letters).allMatch(holds));
    }

    private Value padded(Str text, Arguments arguments, Side side) {
        arguments.allow(2);
        long missing = arguments.integerOr(0, "width", 0) - text.length();
        if (missing <= 0) {
            return text;
        }
        Str fill = arguments.textOr(1, "fillchar", " ");
        long left = switch (side) {
            case LEFT -> missing;
            case RIGHT -> 0;
            case BOTH -> missing / 2 + (missing & arguments.integerOr(0, "width", 0) & 1);
        };
        return fill.times(left, budget).plus(text, budget).plus(fill.times(missing - left, budget), budget);
    }

    private Value zeroFilled(Str text, Arguments arguments) {
        arguments.allow(1);
        long missing = arguments.integerOr(0, "width", 0) - text.length();
        int sign = text.text().startsWith("-") || text.text().startsWith("+") ? 1 : 0;
        Str zeros = Str.of("0").times(missing, budget);
        return text.units(0, sign)
                .plus(zeros, budget)
                .plus(text.units(sign, text.text().length()), budget);
    }

    private Value join(Str separator, Arguments arguments) {
        arguments.allow(1);
        List<Value> items = Iteration.of(arguments.required(0, "iterable"), budget);
        Output joined = new Output(budget);
        for (int i = 0; i < items.size(); i++) {
            if (!(items.get(i) instanceof Str item)) {
                throw new TemplateFault("join() needs texts, and item " + i + " is " + PythonText.kind(items.get(i)));
            }
            joined.write(i == 0 ? Str.EMPTY : separator);
            joined.write(item);
        }
        return joined.captured();
    }
}
