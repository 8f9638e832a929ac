package dev.gantry.zoo.chat.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An expression of a template, as a tree.
sealed interface Expr {
    /// Where it is, from 1.
    int line();

    record Constant(Value value, int line) implements Expr {}

    record Name(String name, int line) implements Expr {}

    /// `[a, b]` or `(a, b)`.
    record Sequence(List<Expr> items, Value.Seq.Brackets brackets, int line) implements Expr {}

    record Dictionary(List<Entry> entries, int line) implements Expr {
        /// `key: value`.
        record Entry(Expr key, Expr value) {}
    }

    /// `target.name`: a method or attribute first, else an item.
    record Attribute(Expr target, String name, int line) implements Expr {}

    /// `target[index]`: an item first, else an attribute.
    record Item(Expr target, Expr index, int line) implements Expr {}

    record Slice(
            Expr target,
            @Nullable Expr start,
            @Nullable Expr stop,
            @Nullable Expr step,
            int line) implements Expr {}

    record Call(Expr target, CallArguments arguments, int line) implements Expr {}

    record Filter(Expr input, String name, CallArguments arguments, int line) implements Expr {}

    record Test(Expr input, String name, CallArguments arguments, int line) implements Expr {}

    /// `not x`, `-x`, `+x`.
    record Unary(String operator, Expr operand, int line) implements Expr {}

    record Binary(String operator, Expr left, Expr right, int line) implements Expr {}

    /// `and` and `or`: the value of one side.
    record Logical(String operator, Expr left, Expr right, int line) implements Expr {}

    /// `a < b <= c`; also `in` and `not in`.
    record Comparison(Expr first, List<Link> links, int line) implements Expr {
        /// An operator and what stands right of it.
        record Link(String operator, Expr right) {}
    }

    /// `then if condition else otherwise`; without `else` the other value is undefined.
    record Conditional(Expr condition, Expr then, @Nullable Expr otherwise, int line) implements Expr {}

    /// What stands between the brackets of a call.
    record CallArguments(List<Expr> positional, Map<String, Expr> named) {
        static final CallArguments NONE = new CallArguments(List.of(), Map.of());
    }
}
