package dev.gantry.zoo.chat.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The `tojson` of the Hugging Face libraries: Python's `json.dumps`, which does not escape for HTML.
final class JsonText {
    private static final int MAX_DEPTH = 50;

    private final Budget budget;
    private final boolean asciiOnly;
    private final boolean sorted;
    private final @Nullable String indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final StringBuilder out = new StringBuilder();

    JsonText(Arguments arguments, Budget budget) {
        arguments.allow(4, "ensure_ascii", "indent", "separators", "sort_keys");
        this.budget = budget;
        asciiOnly = arguments.truthOr(0, "ensure_ascii", false);
        indent = indent(arguments.optional(1, "indent"), budget);
        sorted = arguments.truthOr(3, "sort_keys", false);
        Value separators = arguments.optional(2, "separators");
        if (separators instanceof Value.Seq pair && pair.items().size() == 2) {
            itemSeparator = PythonText.str(pair.items().get(0), budget).text();
            keySeparator = PythonText.str(pair.items().get(1), budget).text();
        } else {
            itemSeparator = indent == null ? ", " : ",";
            keySeparator = ": ";
        }
    }

    private static @Nullable String indent(@Nullable Value indent, Budget budget) {
        return switch (indent) {
            case null -> null;
            case Value.None _ -> null;
            case Str text -> text.text();
            default -> " ".repeat(budget.text(Math.clamp(Numbers.whole(indent), 0, 1000)));
        };
    }

    Str of(Value value) {
        write(value, 0);
        return Str.of(out.toString());
    }

    private void write(Value value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new TemplateFault("tojson: lists and dictionaries are nested deeper than " + MAX_DEPTH);
        }
        int before = out.length();
        switch (value) {
            case Str text -> quoted(text.text());
            case Value.Int number -> out.append(number.value());
            case Value.Real number -> out.append(real(number.value()));
            case Value.Bool flag -> out.append(flag.value());
            case Value.None _ -> out.append("null");
            case Value.Seq seq -> sequence(seq.items(), depth);
            case Value.Dict dict -> dictionary(dict.entries(), depth);
            case Value.Undefined undefined -> throw new TemplateFault("tojson: " + undefined.name() + " is undefined");
            case Value.Namespace _, Value.Function _, Value.Loop _ ->
                throw new TemplateFault("tojson: " + PythonText.kind(value) + " cannot be written as JSON");
        }
        budget.text(out.length());
        budget.spend(out.length() - before);
    }

    private static String real(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : PythonText.real(value);
    }

    private void sequence(List<Value> items, int depth) {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
            out.append(i == 0 ? "" : itemSeparator);
            newLine(depth + 1);
            write(items.get(i), depth + 1);
        }
        if (!items.isEmpty()) {
            newLine(depth);
        }
        out.append(']');
    }

    private void dictionary(Map<String, Value> entries, int depth) {
        out.append('{');
        Iterator<Map.Entry<String, Value>> each =
                (sorted ? new TreeMap<>(entries) : entries).entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Value> entry = each.next();
            newLine(depth + 1);
            quoted(entry.getKey());
            out.append(keySeparator);
            write(entry.getValue(), depth + 1);
            out.append(each.hasNext() ? itemSeparator : "");
        }
        if (!entries.isEmpty()) {
            newLine(depth);
        }
        out.append('}');
    }

    private void newLine(int depth) {
        if (indent != null) {
            out.append('\n').append(indent.repeat(depth));
        }
    }

    private void quoted(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < 0x20 || (asciiOnly && c > 0x7E)) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
