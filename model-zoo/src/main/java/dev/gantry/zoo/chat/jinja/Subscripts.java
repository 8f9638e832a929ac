package dev.gantry.zoo.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `x.name`, `x[index]` and `x[start:stop:step]`.
final class Subscripts {
    private final Budget budget;
    private final StringMethods stringMethods;
    private final ContainerMethods containerMethods;

    Subscripts(Budget budget) {
        this.budget = budget;
        stringMethods = new StringMethods(budget);
        containerMethods = new ContainerMethods(budget);
    }

    /// A method or attribute, else an item of that name.
    Value attribute(Value target, String name) {
        Value method = method(target, name);
        if (method != null) {
            return method;
        }
        Value item = target instanceof Value.Dict dict ? dict.entries().get(name) : null;
        return item == null ? new Value.Undefined(shown(name)) : item;
    }

    private @Nullable Value method(Value target, String name) {
        return switch (target) {
            case Value.Undefined undefined ->
                throw new TemplateFault(undefined.name() + " is undefined, so that it has no " + shown(name));
            case Str text -> stringMethods.bind(text, name);
            case Value.Dict dict -> containerMethods.bind(dict, name);
            case Value.Seq seq -> containerMethods.bind(seq, name);
            case Value.Namespace namespace -> namespace.attributes().get(name);
            case Value.Loop loop -> loop.attribute(name);
            case Value.Int _, Value.Real _, Value.Bool _, Value.None _, Value.Function _ -> null;
        };
    }

    /// An item, else the method or attribute of that name.
    Value item(Value target, Value index) {
        Value item = switch (target) {
            case Value.Dict dict -> index instanceof Str key ? dict.entries().get(key.text()) : null;
            case Value.Seq seq -> {
                int at = position(index, seq.items().size());
                yield at < 0 ? null : seq.items().get(at);
            }
            case Str text -> {
                budget.spend(text.text().length());
                int at = position(index, text.length());
                yield at < 0 ? null : text.at(at);
            }
            default -> null;
        };
        if (item != null) {
            return item;
        }
        if (index instanceof Str name) {
            Value method = method(target, name.text());
            return method == null ? new Value.Undefined(shown(name.text())) : method;
        }
        if (target instanceof Value.Undefined undefined) {
            throw new TemplateFault(undefined.name() + " is undefined, so that it has no items");
        }
        return new Value.Undefined("item " + PythonText.repr(index, budget));
    }

    private static int position(Value index, int size) {
        if (!Numbers.isWhole(index)) {
            return -1;
        }
        long at = Numbers.whole(index);
        long fromStart = at < 0 ? at + size : at;
        return fromStart >= 0 && fromStart < size ? (int) fromStart : -1;
    }

    Value slice(Value target, @Nullable Value start, @Nullable Value stop, @Nullable Value step) {
        long by = step == null || step == Value.None.NONE ? 1 : Numbers.whole(step);
        if (by == 0) {
            throw new TemplateFault("a slice cannot have the step 0");
        }
        return switch (target) {
            case Value.Seq seq -> {
                List<Value> items = new ArrayList<>();
                for (int at : positions(start, stop, by, seq.items().size())) {
                    items.add(seq.items().get(at));
                }
                yield new Value.Seq(items, seq.brackets());
            }
            case Str text -> sliceOf(text, start, stop, by);
            case Value.Undefined undefined -> throw new TemplateFault(undefined.name() + " is undefined");
            default -> throw new TemplateFault(PythonText.kind(target) + " cannot be sliced");
        };
    }

    private Str sliceOf(Str text, @Nullable Value start, @Nullable Value stop, long step) {
        int[] offsets = text.unitOffsets(budget);
        int[] positions = positions(start, stop, step, offsets.length - 1);
        if (positions.length == 0) {
            return Str.EMPTY;
        }
        if (step == 1) {
            return text.units(offsets[positions[0]], offsets[positions[positions.length - 1] + 1]);
        }
        Output picked = new Output(budget);
        for (int at : positions) {
            picked.write(text.units(offsets[at], offsets[at + 1]));
        }
        return picked.captured();
    }

    private int[] positions(@Nullable Value start, @Nullable Value stop, long step, int size) {
        long first = bound(start, size, step, step > 0 ? 0 : size - 1L);
        long end = bound(stop, size, step, step > 0 ? size : -1L);
        long distance = step > 0 ? end - first : first - end;
        long stride = step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step);
        int count = distance <= 0 ? 0 : budget.text((distance - 1) / stride + 1);
        int[] positions = new int[count];
        for (int i = 0; i < count; i++) {
            positions[i] = (int) (first + i * step);
        }
        return positions;
    }

    private static long bound(@Nullable Value value, int size, long step, long otherwise) {
        if (value == null || value == Value.None.NONE) {
            return otherwise;
        }
        long at = Numbers.whole(value);
        long fromStart = at < 0 ? at + size : at;
        return step > 0 ? Math.clamp(fromStart, 0, size) : Math.clamp(fromStart, -1, size - 1);
    }

    private static String shown(String name) {
        return "\"" + name + "\"";
    }
}
