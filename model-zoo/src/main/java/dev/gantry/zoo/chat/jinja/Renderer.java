package dev.gantry.zoo.chat.jinja;

import dev.gantry.zoo.chat.jinja.Statement.Target;
import java.util.ArrayList;
import java.util.List;

/// Runs the statements of a template.
final class Renderer {
    private final Budget budget;
    private final Evaluator evaluator;
    private Output output;

    Renderer(Budget budget, Evaluator evaluator, Output output) {
        this.budget = budget;
        this.evaluator = evaluator;
        this.output = output;
    }

    /// How a list of statements ended.
    private enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    void render(List<Statement> statements, Scope scope) {
        run(statements, scope);
    }

    private Flow run(List<Statement> statements, Scope scope) {
        budget.enter();
        Flow flow = Flow.NEXT;
        for (int i = 0; i < statements.size() && flow == Flow.NEXT; i++) {
            flow = run(statements.get(i), scope);
        }
        budget.leave();
        return flow;
    }

    private Flow run(Statement statement, Scope scope) {
        budget.step();
        evaluator.at(statement.line());
        switch (statement) {
            case Statement.Text text -> output.write(Str.of(text.text()));
            case Statement.Print print -> output.write(PythonText.str(evaluator.value(print.value(), scope), budget));
            case Statement.If branches -> {
                return branch(branches, scope);
            }
            case Statement.For loop -> {
                return loop(loop, scope);
            }
            case Statement.Set set -> assign(set.target(), evaluator.value(set.value(), scope), scope);
            case Statement.SetBlock set ->
                assign(set.target(), filtered(capture(set.body(), scope), set.filters(), scope), scope);
            case Statement.FilterBlock block ->
                output.write(PythonText.str(filtered(capture(block.body(), scope), block.filters(), scope), budget));
            case Statement.Macro macro -> scope.set(macro.name(), macro(macro, scope));
            case Statement.Generation generation -> {
                int start = output.length();
                Flow flow = run(generation.body(), scope);
                output.generation(start);
                return flow;
            }
            case Statement.Break _ -> {
                return Flow.BREAK;
            }
            case Statement.Continue _ -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.NEXT;
    }

    private Flow branch(Statement.If branches, Scope scope) {
        for (Statement.If.Branch branch : branches.branches()) {
            if (Truth.of(evaluator.value(branch.condition(), scope))) {
                return run(branch.body(), scope);
            }
        }
        return run(branches.otherwise(), scope);
    }

    private Flow loop(Statement.For loop, Scope scope) {
        List<Value> items = Iteration.of(evaluator.value(loop.items(), scope), budget);
        if (loop.condition() != null) {
            List<Value> kept = new ArrayList<>();
            for (Value item : items) {
                Scope inner = new Scope(scope);
                assign(loop.target(), item, inner);
                if (Truth.of(evaluator.value(loop.condition(), inner))) {
                    kept.add(item);
                }
            }
            items = kept;
        }
        LoopState state = new LoopState(items, budget);
        for (int i = 0; i < items.size(); i++) {
            budget.step();
            state.moveTo(i);
            Scope inner = new Scope(scope);
            inner.set("loop", state);
            assign(loop.target(), items.get(i), inner);
            if (run(loop.body(), inner) == Flow.BREAK) {
                return Flow.NEXT;
            }
        }
        return items.isEmpty() ? run(loop.otherwise(), new Scope(scope)) : Flow.NEXT;
    }

    private void assign(Target target, Value value, Scope scope) {
        switch (target) {
            case Target.Variable variable -> scope.set(variable.name(), value);
            case Target.NamespaceAttribute attribute -> {
                if (!(scope.get(attribute.namespace()) instanceof Value.Namespace namespace)) {
                    throw new TemplateFault("{% set " + attribute.namespace() + "." + attribute.attribute()
                            + " %} needs " + attribute.namespace() + " to be a namespace()");
                }
                namespace.attributes().put(attribute.attribute(), value);
            }
            case Target.Unpacking unpacking -> {
                List<Value> parts = Iteration.of(value, budget);
                if (parts.size() != unpacking.targets().size()) {
                    throw new TemplateFault(parts.size() + " values cannot be put into "
                            + unpacking.targets().size() + " variables");
                }
                for (int i = 0; i < parts.size(); i++) {
                    assign(unpacking.targets().get(i), parts.get(i), scope);
                }
            }
        }
    }

    private Value filtered(Str text, List<Expr.Filter> filters, Scope scope) {
        Value value = text;
        for (Expr.Filter filter : filters) {
            value = evaluator.filter(filter, value, scope);
        }
        return value;
    }

    private Str capture(List<Statement> body, Scope scope) {
        Output outer = output;
        output = new Output(budget);
        run(body, new Scope(scope));
        Str captured = output.captured();
        output = outer;
        return captured;
    }

    private Value.Function macro(Statement.Macro macro, Scope definedIn) {
        return arguments -> {
            Scope scope = new Scope(definedIn);
            List<Statement.Macro.Parameter> parameters = macro.parameters();
            String[] names =
                    parameters.stream().map(Statement.Macro.Parameter::name).toArray(String[]::new);
            arguments.allow(names.length, names);
            for (int i = 0; i < names.length; i++) {
                Value given = arguments.optional(i, names[i]);
                Expr otherwise = parameters.get(i).otherwise();
                if (given == null) {
                    given = otherwise == null ? new Value.Undefined(names[i]) : evaluator.value(otherwise, scope);
                }
                scope.set(names[i], given);
            }
            return capture(macro.body(), scope);
        };
    }
}
