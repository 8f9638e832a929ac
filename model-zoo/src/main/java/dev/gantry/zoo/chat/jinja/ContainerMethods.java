package dev.gantry.zoo.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The methods of lists and dictionaries that change nothing.
final class ContainerMethods {
    private final Budget budget;

    ContainerMethods(Budget budget) {
        this.budget = budget;
    }

    @Nullable
    Value bind(Value.Dict dict, String name) {
        return switch (name) {
            case "items" ->
                function(arguments -> {
                    arguments.allow(0);
                    return items(dict);
                });
            case "keys" ->
                function(arguments -> {
                    arguments.allow(0);
                    return keys(dict);
                });
            case "values" ->
                function(arguments -> {
                    arguments.allow(0);
                    budget.items(dict.entries().size());
                    return Value.Seq.list(List.copyOf(dict.entries().values()));
                });
            case "get" ->
                function(arguments -> {
                    arguments.allow(2, "key", "default");
                    Value key = arguments.required(0, "key");
                    Value value = key instanceof Str text ? dict.entries().get(text.text()) : null;
                    if (value == null) {
                        value = arguments.optional(1, "default");
                    }
                    return value == null ? Value.None.NONE : value;
                });
            case "copy" -> function(_ -> dict);
            case "update", "pop", "popitem", "clear", "setdefault" -> refused(name);
            default -> null;
        };
    }

    @Nullable
    Value bind(Value.Seq seq, String name) {
        return switch (name) {
            case "index" ->
                function(arguments -> {
                    arguments.allow(1);
                    Value wanted = arguments.required(0, "value");
                    Comparisons comparisons = new Comparisons(budget);
                    for (int i = 0; i < seq.items().size(); i++) {
                        if (comparisons.equal(seq.items().get(i), wanted)) {
                            return new Value.Int(i);
                        }
                    }
                    throw new TemplateFault(PythonText.repr(wanted, budget) + " is not in the list");
                });
            case "count" ->
                function(arguments -> {
                    arguments.allow(1);
                    Value wanted = arguments.required(0, "value");
                    Comparisons comparisons = new Comparisons(budget);
                    return new Value.Int(seq.items().stream()
                            .filter(item -> comparisons.equal(item, wanted))
                            .count());
                });
            case "copy" -> function(_ -> seq);
            case "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse" -> refused(name);
            default -> null;
        };
    }

    Value.Seq items(Value.Dict dict) {
        List<Value> pairs = new ArrayList<>(budget.items(dict.entries().size()));
        for (Map.Entry<String, Value> entry : dict.entries().entrySet()) {
            pairs.add(new Value.Seq(List.of(Str.of(entry.getKey()), entry.getValue()), Value.Seq.Brackets.TUPLE));
        }
        return Value.Seq.list(pairs);
    }

    Value.Seq keys(Value.Dict dict) {
        List<Value> keys = new ArrayList<>(budget.items(dict.entries().size()));
        dict.entries().keySet().forEach(key -> keys.add(Str.of(key)));
        return Value.Seq.list(keys);
    }

    /// The sandbox that templates are written for forbids these too.
    private static Value refused(String name) {
        return function(_ -> {
            throw new TemplateFault("." + name + "() would change its object, which a template may not");
        });
    }

    private static Value.Function function(Value.Function body) {
        return body;
    }
}
