package dev.gantry.zoo.chat.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A value of the template language. Everything but {@link Namespace} is immutable.
public sealed interface Value
        permits Str,
                Value.Int,
                Value.Real,
                Value.Bool,
                Value.None,
                Value.Undefined,
                Value.Seq,
                Value.Dict,
                Value.Namespace,
                Value.Function,
                Value.Loop {

    /// A whole number.
    record Int(long value) implements Value {}

    /// A floating-point number.
    record Real(double value) implements Value {}

    /// True or false.
    record Bool(boolean value) implements Value {
        static Bool of(boolean value) {
            return new Bool(value);
        }
    }

    /// Python's `None`.
    enum None implements Value {
        NONE
    }

    /// What a name, attribute or item gives that does not exist; `name` says which.
    record Undefined(String name) implements Value {}

    /// A list or a tuple.
    record Seq(List<Value> items, Brackets brackets) implements Value {
        /// A list.
        public static Seq list(List<Value> items) {
            return new Seq(items, Brackets.LIST);
        }

        /// How a sequence is written.
        public enum Brackets {
            LIST,
            TUPLE
        }
    }

    /// A dictionary with texts for keys, in the order they were put in.
    record Dict(Map<String, Value> entries) implements Value {}

    /// What `namespace()` makes: attributes that `{% set ns.x = ... %}` may change.
    record Namespace(Map<String, Value> attributes) implements Value {
        Namespace() {
            this(new LinkedHashMap<>());
        }
    }

    /// Something that can be called: a method with its object, a global function, a macro.
    non-sealed interface Function extends Value {
        Value call(Arguments arguments);
    }

    /// The `loop` of a `for` block.
    non-sealed interface Loop extends Value {
        Value attribute(String name);
    }

    /// A text nobody owns.
    static Str text(String text) {
        return Str.of(text);
    }
}
