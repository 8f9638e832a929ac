package dev.gantry.zoo.chat.jinja;

import dev.gantry.zoo.chat.jinja.Whitespace.Side;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The methods of texts that cut them into parts.
final class Splitting {
    private final Budget budget;

    Splitting(Budget budget) {
        this.budget = budget;
    }

    Value split(Str text, Arguments arguments, Side from) {
        arguments.allow(2, "sep", "maxsplit");
        Str separator = arguments.optionalText(0, "sep");
        long most = arguments.integerOr(1, "maxsplit", -1);
        long splits = most < 0 ? Long.MAX_VALUE : most;
        if (separator != null && separator.isEmpty()) {
            throw new TemplateFault("split() cannot split at an empty text");
        }
        budget.spend(text.text().length());
        List<Value> parts;
        if (from == Side.LEFT) {
            parts = separator == null ? words(text, splits) : at(text, separator, splits);
        } else {
            parts = separator == null ? wordsFromRight(text, splits) : atFromRight(text, separator, splits);
            Collections.reverse(parts);
        }
        budget.items(parts.size());
        return Value.Seq.list(parts);
    }

    private List<Value> at(Str text, Str separator, long splits) {
        budget.search(text, separator);
        List<Value> parts = new ArrayList<>();
        int from = 0;
        for (long left = splits; left > 0; left--) {
            int found = text.text().indexOf(separator.text(), from);
            if (found < 0) {
                break;
            }
            parts.add(text.units(from, found));
            from = found + separator.text().length();
        }
        parts.add(text.units(from, text.text().length()));
        return parts;
    }

    private List<Value> atFromRight(Str text, Str separator, long splits) {
        budget.search(text, separator);
        List<Value> parts = new ArrayList<>();
        int to = text.text().length();
        int width = separator.text().length();
        for (long left = splits; left > 0; left--) {
            int found = to < width ? -1 : text.text().lastIndexOf(separator.text(), to - width);
            if (found < 0) {
                break;
            }
            parts.add(text.units(found + width, to));
            to = found;
        }
        parts.add(text.units(0, to));
        return parts;
    }

    private List<Value> words(Str text, long splits) {
        List<Value> parts = new ArrayList<>();
        Str rest = Whitespace.strip(text, null, Side.LEFT, budget);
        int at = 0;
        String all = rest.text();
        while (at < all.length()) {
            if (parts.size() == splits) {
                parts.add(rest.units(at, all.length()));
                break;
            }
            int end = at;
            while (end < all.length() && !Whitespace.is(all.codePointAt(end))) {
                end += Character.charCount(all.codePointAt(end));
            }
            parts.add(rest.units(at, end));
            while (end < all.length() && Whitespace.is(all.codePointAt(end))) {
                end += Character.charCount(all.codePointAt(end));
            }
            at = end;
        }
        return parts;
    }

    private List<Value> wordsFromRight(Str text, long splits) {
        List<Value> parts = new ArrayList<>();
        Str rest = Whitespace.strip(text, null, Side.RIGHT, budget);
        int at = rest.text().length();
        String all = rest.text();
        while (at > 0) {
            if (parts.size() == splits) {
                parts.add(rest.units(0, at));
                break;
            }
            int start = at;
            while (start > 0 && !Whitespace.is(all.codePointBefore(start))) {
                start -= Character.charCount(all.codePointBefore(start));
            }
            parts.add(rest.units(start, at));
            while (start > 0 && Whitespace.is(all.codePointBefore(start))) {
                start -= Character.charCount(all.codePointBefore(start));
            }
            at = start;
        }
        return parts;
    }

    Value lines(Str text, Arguments arguments) {
        arguments.allow(1, "keepends");
        boolean keepEnds = arguments.truthOr(0, "keepends", false);
        budget.spend(text.text().length());
        List<Value> lines = new ArrayList<>();
        String all = text.text();
        int from = 0;
        while (from < all.length()) {
            int end = from;
            while (end < all.length() && !endsLine(all.charAt(end))) {
                end++;
            }
            int next = Math.min(end + (all.startsWith("\r\n", end) ? 2 : 1), all.length());
            lines.add(text.units(from, keepEnds ? next : end));
            from = next;
        }
        budget.items(lines.size());
        return Value.Seq.list(lines);
    }

    private static boolean endsLine(char c) {
        return (c >= '\n' && c <= '\r') || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    Value partition(Str text, Arguments arguments, Side from) {
        arguments.allow(1);
        Str separator = arguments.text(0, "sep");
        if (separator.isEmpty()) {
            throw new TemplateFault("partition() cannot split at an empty text");
        }
        budget.search(text, separator);
        int found = from == Side.LEFT
                ? text.text().indexOf(separator.text())
                : text.text().lastIndexOf(separator.text());
        List<Value> parts;
        if (found >= 0) {
            Str rest = text.units(found + separator.text().length(), text.text().length());
            parts = List.of(text.units(0, found), separator, rest);
        } else {
            parts = from == Side.LEFT ? List.of(text, Str.EMPTY, Str.EMPTY) : List.of(Str.EMPTY, Str.EMPTY, text);
        }
        return new Value.Seq(parts, Value.Seq.Brackets.TUPLE);
    }
}
