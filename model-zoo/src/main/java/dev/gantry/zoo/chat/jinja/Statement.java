package dev.gantry.zoo.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a template that writes or does something.
sealed interface Statement {
    /// Where it is, from 1.
    int line();

    record Text(String text, int line) implements Statement {}

    record Print(Expr value, int line) implements Statement {}

    record If(List<Branch> branches, List<Statement> otherwise, int line) implements Statement {
        /// A condition and what it guards.
        record Branch(Expr condition, List<Statement> body) {}
    }

    /// @param condition items it is false for are left out, also in `loop.length`
    /// @param otherwise runs when there was no item
    record For(
            Target target,
            Expr items,
            @Nullable Expr condition,
            List<Statement> body,
            List<Statement> otherwise,
            int line)
            implements Statement {}

    record Set(Target target, Expr value, int line) implements Statement {}

    /// `{% set x %}...{% endset %}`, with the filters that follow the name.
    record SetBlock(Target target, List<Statement> body, List<Expr.Filter> filters, int line) implements Statement {}

    record Macro(String name, List<Parameter> parameters, List<Statement> body, int line) implements Statement {
        /// A parameter and its default.
        record Parameter(String name, @Nullable Expr otherwise) {}
    }

    /// `{% filter f %}...{% endfilter %}`.
    record FilterBlock(List<Statement> body, List<Expr.Filter> filters, int line) implements Statement {}

    /// What the assistant says: `{% generation %}...{% endgeneration %}`.
    record Generation(List<Statement> body, int line) implements Statement {}

    record Break(int line) implements Statement {}

    record Continue(int line) implements Statement {}

    /// What a value is assigned to.
    sealed interface Target {
        record Variable(String name) implements Target {}

        /// `ns.x`.
        record NamespaceAttribute(String namespace, String attribute) implements Target {}

        /// `a, b`.
        record Unpacking(List<Target> targets) implements Target {}
    }
}
