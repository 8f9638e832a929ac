package dev.gantry.zoo.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The filters that look at each item through an attribute, a test or another filter.
final class Selection {
    private final Budget budget;
    private final Filters filters;
    private final ValueTests tests;
    private final Subscripts subscripts;

    Selection(Budget budget, Filters filters) {
        this.budget = budget;
        this.filters = filters;
        tests = new ValueTests(budget);
        subscripts = new Subscripts(budget);
    }

    Value map(Value input, Arguments arguments) {
        List<Value> mapped = new ArrayList<>();
        Value attribute = arguments.named().get("attribute");
        if (attribute != null) {
            arguments.allow(0, "attribute", "default");
            Value otherwise = arguments.named().get("default");
            for (Value item : Iteration.of(input, budget)) {
                Value value = attribute(item, attribute);
                mapped.add(value instanceof Value.Undefined && otherwise != null ? otherwise : value);
            }
            return Value.Seq.list(mapped);
        }
        String name = arguments.text(0, "filter").text();
        for (Value item : Iteration.of(input, budget)) {
            mapped.add(filters.apply(name, item, arguments.after(1, name)));
        }
        return Value.Seq.list(mapped);
    }

    Value select(Value input, Arguments arguments, boolean wanted) {
        return chosen(input, arguments, 0, item -> item, wanted);
    }

    Value selectAttribute(Value input, Arguments arguments, boolean wanted) {
        Value attribute = arguments.required(0, "attribute");
        return chosen(input, arguments, 1, item -> attribute(item, attribute), wanted);
    }

    /// What of an item is tested.
    private interface View {
        Value of(Value item);
    }

    private Value chosen(Value input, Arguments arguments, int testAt, View view, boolean wanted) {
        Value test = arguments.optional(testAt, "test");
        List<Value> kept = new ArrayList<>();
        for (Value item : Iteration.of(input, budget)) {
            Value seen = view.of(item);
            boolean holds;
            if (test == null) {
                holds = Truth.of(seen);
            } else {
                String name = arguments.text(testAt, "test").text();
                holds = tests.holds(name, seen, arguments.after(testAt + 1, name));
            }
            if (holds == wanted) {
                kept.add(item);
            }
        }
        return Value.Seq.list(kept);
    }

    Value groupBy(Value input, Arguments arguments) {
        arguments.allow(3, "attribute", "default", "case_sensitive");
        Value attribute = arguments.required(0, "attribute");
        Arguments sorting = new Arguments("sort", List.of(), Map.of("attribute", attribute));
        Map<String, List<Value>> groups = new LinkedHashMap<>();
        Map<String, Value> keys = new LinkedHashMap<>();
        for (Value item : Iteration.of(filters.apply("sort", input, sorting), budget)) {
            Value key = attribute(item, attribute);
            String id = PythonText.repr(key, budget);
            keys.putIfAbsent(id, key);
            groups.computeIfAbsent(id, _ -> new ArrayList<>()).add(item);
        }
        List<Value> pairs = new ArrayList<>();
        groups.forEach((id, items) -> pairs.add(new Value.Seq(
                List.of(java.util.Objects.requireNonNull(keys.get(id)), Value.Seq.list(items)),
                Value.Seq.Brackets.TUPLE)));
        return Value.Seq.list(pairs);
    }

    Value attributeOrItself(Value item, @Nullable Value attribute) {
        return attribute == null || attribute == Value.None.NONE ? item : attribute(item, attribute);
    }

    /// `a.b.0` goes through attributes and items, as Jinja2's filters do.
    Value attribute(Value item, Value path) {
        if (!(path instanceof Str text)) {
            return subscripts.item(item, path);
        }
        Value value = item;
        for (String name : text.text().split("\\.", -1)) {
            boolean index = !name.isEmpty() && name.length() < 9 && name.chars().allMatch(c -> c >= '0' && c <= '9');
            value = subscripts.item(value, index ? new Value.Int(Integer.parseInt(name)) : Str.of(name));
        }
        return value;
    }
}
