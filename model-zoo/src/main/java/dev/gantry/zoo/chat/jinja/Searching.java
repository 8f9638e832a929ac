package dev.gantry.zoo.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The methods of texts that look for other texts.
final class Searching {
    private final Budget budget;

    Searching(Budget budget) {
        this.budget = budget;
    }

    Value.@Nullable Function bind(Str text, String name) {
        return switch (name) {
            case "startswith" -> arguments -> affix(text, arguments, End.START);
            case "endswith" -> arguments -> affix(text, arguments, End.FINISH);
            case "find" -> arguments -> new Value.Int(position(text, arguments, End.START));
            case "rfind" -> arguments -> new Value.Int(position(text, arguments, End.FINISH));
            case "index" -> arguments -> present(text, position(text, arguments, End.START));
            case "rindex" -> arguments -> present(text, position(text, arguments, End.FINISH));
            case "count" ->
                arguments -> {
                    arguments.allow(1);
                    Str part = arguments.text(0, "sub");
                    return new Value.Int(part.isEmpty() ? text.length() + 1L : occurrences(text, part));
                };
            case "replace" ->
                arguments -> {
                    arguments.allow(3, "count");
                    return replace(
                            text,
                            arguments.text(0, "old"),
                            arguments.text(1, "new"),
                            arguments.integerOr(2, "count", -1));
                };
            default -> null;
        };
    }

    private enum End {
        START,
        FINISH
    }

    /// Python takes one affix or a tuple of them.
    private Value affix(Str text, Arguments arguments, End end) {
        arguments.allow(1);
        Value wanted = arguments.required(0, "affix");
        List<Value> affixes = wanted instanceof Value.Seq seq ? seq.items() : List.of(wanted);
        for (Value affix : affixes) {
            if (!(affix instanceof Str part)) {
                throw new TemplateFault(arguments.callee() + "() needs a text, not " + PythonText.kind(affix));
            }
            budget.spend(part.text().length());
            if (end == End.START
                    ? text.text().startsWith(part.text())
                    : text.text().endsWith(part.text())) {
                return Value.Bool.of(true);
            }
        }
        return Value.Bool.of(false);
    }

    private long position(Str text, Arguments arguments, End end) {
        arguments.allow(2);
        Str part = arguments.text(0, "sub");
        budget.search(text, part);
        long from = arguments.integerOr(1, "start", 0);
        int length = text.length();
        long start = Math.clamp(from < 0 ? from + length : from, 0, length);
        int unit = text.text().offsetByCodePoints(0, (int) start);
        int found = end == End.START
                ? text.text().indexOf(part.text(), unit)
                : text.text().lastIndexOf(part.text());
        return found < unit ? -1 : text.text().codePointCount(0, found);
    }

    private static Value present(Str text, long position) {
        if (position < 0) {
            throw new TemplateFault("index() found nothing in a text of " + text.length() + " characters");
        }
        return new Value.Int(position);
    }

    private long occurrences(Str text, Str part) {
        budget.search(text, part);
        long count = 0;
        int step = part.text().length();
        for (int at = text.text().indexOf(part.text());
                at >= 0;
                at = text.text().indexOf(part.text(), at + step)) {
            count++;
        }
        return count;
    }

    /// @param count how many at most; all when negative
    Str replace(Str text, Str old, Str replacement, long count) {
        budget.search(text, old);
        Output replaced = new Output(budget);
        int from = 0;
        long left = count < 0 ? Long.MAX_VALUE : count;
        String all = text.text();
        int search = 0;
        while (left-- > 0) {
            int at = all.indexOf(old.text(), search);
            if (at < 0 || (old.isEmpty() && search > all.length())) {
                break;
            }
            replaced.write(text.units(from, at));
            replaced.write(replacement);
            from = at + old.text().length();
            if (old.isEmpty()) { // Python puts it around every character
                if (at == all.length()) {
                    break;
                }
                search = all.offsetByCodePoints(at, 1);
            } else {
                search = from;
            }
        }
        replaced.write(text.units(from, all.length()));
        return replaced.captured();
    }
}
