package dev.gantry.zoo.chat.jinja;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The filters that chat templates use, by name.
final class Filters {
    private static final Set<String> KNOWN = Set.of(
            "abs",
            "attr",
            "batch",
            "capitalize",
            "center",
            "count",
            "d",
            "default",
            "dictsort",
            "e",
            "escape",
            "first",
            "float",
            "format",
            "groupby",
            "indent",
            "int",
            "items",
            "join",
            "last",
            "length",
            "list",
            "lower",
            "map",
            "max",
            "min",
            "reject",
            "rejectattr",
            "replace",
            "reverse",
            "round",
            "safe",
            "select",
            "selectattr",
            "sort",
            "string",
            "sum",
            "title",
            "tojson",
            "trim",
            "truncate",
            "unique",
            "upper",
            "wordcount");

    private final Budget budget;
    private final TextFilters texts;
    private final NumberFilters numbers;
    private final SequenceFilters sequences;

    Filters(Budget budget) {
        this.budget = budget;
        texts = new TextFilters(budget);
        numbers = new NumberFilters(budget);
        sequences = new SequenceFilters(budget, this);
    }

    static boolean known(String name) {
        return KNOWN.contains(name);
    }

    Value apply(String name, Value input, Arguments arguments) {
        budget.spend(1);
        Value result = general(name, input, arguments);
        if (result == null) {
            result = texts.apply(name, input, arguments);
        }
        if (result == null) {
            result = numbers.apply(name, input, arguments);
        }
        if (result == null) {
            result = sequences.apply(name, input, arguments);
        }
        if (result == null) {
            throw new TemplateFault("the filter \"" + name + "\" is not supported");
        }
        return result;
    }

    private @Nullable Value general(String name, Value input, Arguments arguments) {
        return switch (name) {
            case "default", "d" -> {
                arguments.allow(2, "default_value", "boolean");
                boolean falseToo = arguments.truthOr(1, "boolean", false);
                Value otherwise = arguments.optional(0, "default_value");
                yield input instanceof Value.Undefined || (falseToo && !Truth.of(input))
                        ? (otherwise == null ? Str.EMPTY : otherwise)
                        : input;
            }
            case "tojson" -> new JsonText(arguments, budget).of(input);
            case "attr" -> {
                arguments.allow(1, "name");
                yield new Subscripts(budget)
                        .attribute(input, arguments.text(0, "name").text());
            }
            default -> null;
        };
    }
}
