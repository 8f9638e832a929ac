package dev.gantry.zoo.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The filters that take or make lists.
final class SequenceFilters {
    private final Budget budget;
    private final Comparisons comparisons;
    private final Selection selection;

    SequenceFilters(Budget budget, Filters filters) {
        this.budget = budget;
        comparisons = new Comparisons(budget);
        selection = new Selection(budget, filters);
    }

    @Nullable
    Value apply(String name, Value input, Arguments arguments) {
        return switch (name) {
            case "length", "count" -> new Value.Int(length(input));
            case "list" -> Value.Seq.list(Iteration.of(input, budget));
            case "first" -> end(input, "first");
            case "last" -> end(input, "last");
            case "join" -> join(input, arguments);
            case "reverse" -> reverse(input);
            case "items" ->
                switch (input) {
                    case Value.Undefined _ -> Value.Seq.list(List.of());
                    case Value.Dict dict -> new ContainerMethods(budget).items(dict);
                    default -> throw new TemplateFault("items needs a dictionary, not " + PythonText.kind(input));
                };
            case "dictsort" -> dictSort(input, arguments);
            case "sort" -> sort(input, arguments);
            case "min" -> extreme(input, arguments, -1);
            case "max" -> extreme(input, arguments, 1);
            case "sum" -> sum(input, arguments);
            case "unique" -> unique(input, arguments);
            case "batch" -> batch(input, arguments);
            case "map" -> selection.map(input, arguments);
            case "select" -> selection.select(input, arguments, true);
            case "reject" -> selection.select(input, arguments, false);
            case "selectattr" -> selection.selectAttribute(input, arguments, true);
            case "rejectattr" -> selection.selectAttribute(input, arguments, false);
            case "groupby" -> selection.groupBy(input, arguments);
            default -> null;
        };
    }

    private long length(Value input) {
        return switch (input) {
            case Str text -> {
                budget.spend(text.text().length());
                yield text.length();
            }
            case Value.Seq seq -> seq.items().size();
            case Value.Dict dict -> dict.entries().size();
            case Value.Undefined _ -> 0;
            default -> throw new TemplateFault(PythonText.kind(input) + " has no length");
        };
    }

    private Value end(Value input, String which) {
        List<Value> items = Iteration.of(input, budget);
        if (items.isEmpty()) {
            return new Value.Undefined("the " + which + " item of an empty list");
        }
        return which.equals("first") ? items.getFirst() : items.getLast();
    }

    private Value join(Value input, Arguments arguments) {
        arguments.allow(2, "d", "attribute");
        Str separator = arguments.textOr(0, "d", "");
        Value attribute = arguments.optional(1, "attribute");
        Output joined = new Output(budget);
        boolean first = true;
        for (Value item : Iteration.of(input, budget)) {
            joined.write(first ? Str.EMPTY : separator);
            first = false;
            Value part = attribute == null ? item : selection.attribute(item, attribute);
            joined.write(PythonText.str(part, budget));
        }
        return joined.captured();
    }

    private Value reverse(Value input) {
        List<Value> items = new ArrayList<>(Iteration.of(input, budget));
        Collections.reverse(items);
        if (!(input instanceof Str)) {
            return Value.Seq.list(items);
        }
        Output reversed = new Output(budget);
        items.forEach(item -> reversed.write((Str) item));
        return reversed.captured();
    }

    private Value dictSort(Value input, Arguments arguments) {
        arguments.allow(3, "case_sensitive", "by", "reverse");
        if (!(input instanceof Value.Dict dict)) {
            throw new TemplateFault("dictsort needs a dictionary, not " + PythonText.kind(input));
        }
        boolean cased = arguments.truthOr(0, "case_sensitive", false);
        int by = arguments.textOr(1, "by", "key").text().equals("value") ? 1 : 0;
        List<Value> pairs =
                new ArrayList<>(new ContainerMethods(budget).items(dict).items());
        pairs.sort((a, b) -> comparisons.compare(
                folded(((Value.Seq) a).items().get(by), cased),
                folded(((Value.Seq) b).items().get(by), cased)));
        if (arguments.truthOr(2, "reverse", false)) {
            Collections.reverse(pairs);
        }
        return Value.Seq.list(pairs);
    }

    private static Value folded(Value value, boolean cased) {
        return !cased && value instanceof Str text ? text.lower() : value;
    }

    private Value sort(Value input, Arguments arguments) {
        arguments.allow(3, "reverse", "case_sensitive", "attribute");
        boolean cased = arguments.truthOr(1, "case_sensitive", false);
        Value attribute = arguments.optional(2, "attribute");
        List<Value> items = new ArrayList<>(Iteration.of(input, budget));
        int direction = arguments.truthOr(0, "reverse", false) ? -1 : 1;
        items.sort((a, b) -> direction
                * comparisons.compare(
                        folded(selection.attributeOrItself(a, attribute), cased),
                        folded(selection.attributeOrItself(b, attribute), cased)));
        return Value.Seq.list(items);
    }

    private Value extreme(Value input, Arguments arguments, int direction) {
        arguments.allow(2, "case_sensitive", "attribute");
        boolean cased = arguments.truthOr(0, "case_sensitive", false);
        Value attribute = arguments.optional(1, "attribute");
        Value best = null;
        for (Value item : Iteration.of(input, budget)) {
            if (best == null
                    || direction
                                    * comparisons.compare(
                                            folded(selection.attributeOrItself(item, attribute), cased),
                                            folded(selection.attributeOrItself(best, attribute), cased))
                            > 0) {
                best = item;
            }
        }
        return best == null ? new Value.Undefined("the extreme of an empty list") : best;
    }

    private Value sum(Value input, Arguments arguments) {
        arguments.allow(2, "attribute", "start");
        Value attribute = arguments.optional(0, "attribute");
        Value start = arguments.optional(1, "start");
        Value total = start == null ? new Value.Int(0) : start;
        Operators operators = new Operators(budget);
        for (Value item : Iteration.of(input, budget)) {
            total = operators.binary("+", total, selection.attributeOrItself(item, attribute));
        }
        return total;
    }

    private Value unique(Value input, Arguments arguments) {
        arguments.allow(2, "case_sensitive", "attribute");
        boolean cased = arguments.truthOr(0, "case_sensitive", false);
        Value attribute = arguments.optional(1, "attribute");
        List<Value> kept = new ArrayList<>();
        List<Value> seen = new ArrayList<>();
        for (Value item : Iteration.of(input, budget)) {
            Value key = folded(selection.attributeOrItself(item, attribute), cased);
            if (seen.stream().noneMatch(other -> comparisons.equal(other, key))) {
                seen.add(key);
                kept.add(item);
            }
        }
        return Value.Seq.list(kept);
    }

    private Value batch(Value input, Arguments arguments) {
        arguments.allow(2, "linecount", "fill_with");
        long size = arguments.integerOr(0, "linecount", 1);
        if (size < 1) {
            throw new TemplateFault("batch needs a size of at least 1");
        }
        Value fill = arguments.optional(1, "fill_with");
        List<Value> items = Iteration.of(input, budget);
        List<Value> batches = new ArrayList<>();
        for (long from = 0; from < items.size(); from += size) {
            List<Value> part = new ArrayList<>(items.subList((int) from, (int) Math.min(items.size(), from + size)));
            while (fill != null && part.size() < size) {
                budget.items(part.size() + 1L);
                part.add(fill);
            }
            batches.add(Value.Seq.list(part));
        }
        return Value.Seq.list(batches);
    }
}
