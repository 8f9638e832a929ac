package dev.gantry.zoo.chat.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a function, filter or test was called with.
///
/// @param callee its name, for messages
/// @param positional the arguments without a name
/// @param named the arguments with one
record Arguments(String callee, List<Value> positional, Map<String, Value> named) {

    static Arguments none(String callee) {
        return new Arguments(callee, List.of(), Map.of());
    }

    /// Argument `index`, also known as `name`, or null when it was not given.
    @Nullable
    Value optional(int index, String name) {
        return index < positional.size() ? positional.get(index) : named.get(name);
    }

    Value required(int index, String name) {
        Value value = optional(index, name);
        if (value == null) {
            throw new TemplateFault(callee + "() needs its argument \"" + name + "\"");
        }
        return value;
    }

    Str text(int index, String name) {
        return asText(required(index, name), name);
    }

    Str textOr(int index, String name, String otherwise) {
        Value value = optional(index, name);
        return value == null ? Str.of(otherwise) : asText(value, name);
    }

    @Nullable
    Str optionalText(int index, String name) {
        Value value = optional(index, name);
        return value == null || value == Value.None.NONE ? null : asText(value, name);
    }

    long integerOr(int index, String name, long otherwise) {
        Value value = optional(index, name);
        return switch (value) {
            case null -> otherwise;
            case Value.Int number -> number.value();
            case Value.Bool flag -> flag.value() ? 1 : 0;
            default -> throw wrongType(name, "a whole number");
        };
    }

    boolean truthOr(int index, String name, boolean otherwise) {
        Value value = optional(index, name);
        return value == null ? otherwise : Truth.of(value);
    }

    /// Everything but the first `count` positional arguments, which are used up.
    Arguments after(int count, String newCallee) {
        return new Arguments(
                newCallee, positional.subList(Math.min(count, positional.size()), positional.size()), named);
    }

    /// Refuses arguments that nothing reads, by number and name.
    void allow(int maxPositional, String... names) {
        if (positional.size() > maxPositional) {
            throw new TemplateFault(
                    callee + "() takes at most " + maxPositional + " arguments here, not " + positional.size());
        }
        Map<String, Value> rest = new LinkedHashMap<>(named);
        for (String name : names) {
            rest.remove(name);
        }
        if (!rest.isEmpty()) {
            throw new TemplateFault(
                    callee + "() has no argument \"" + rest.keySet().iterator().next() + "\" here");
        }
    }

    private Str asText(Value value, String name) {
        if (value instanceof Str text) {
            return text;
        }
        throw wrongType(name, "a text");
    }

    private TemplateFault wrongType(String name, String wanted) {
        return new TemplateFault("argument \"" + name + "\" of " + callee + "() must be " + wanted);
    }
}
