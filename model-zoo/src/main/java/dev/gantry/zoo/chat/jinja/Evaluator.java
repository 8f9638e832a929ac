package dev.gantry.zoo.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gives expressions their values.
final class Evaluator {
    private final Budget budget;
    private final Operators operators;
    private final Comparisons comparisons;
    private final Subscripts subscripts;
    private final Filters filters;
    private final ValueTests tests;

    /// Of what is being evaluated, for messages.
    private int line;

    Evaluator(Budget budget) {
        this.budget = budget;
        operators = new Operators(budget);
        comparisons = new Comparisons(budget);
        subscripts = new Subscripts(budget);
        filters = new Filters(budget);
        tests = new ValueTests(budget);
    }

    int line() {
        return line;
    }

    void at(int newLine) {
        line = newLine;
    }

    Value value(Expr expr, Scope scope) {
        budget.enter();
        Value value = switch (expr) {
            case Expr.Constant constant -> constant.value();
            case Expr.Name name -> scope.get(name.name());
            case Expr.Sequence sequence -> new Value.Seq(values(sequence.items(), scope), sequence.brackets());
            case Expr.Dictionary dictionary -> dictionary(dictionary, scope);
            case Expr.Attribute attribute -> attribute(attribute, scope);
            case Expr.Item item -> item(item, scope);
            case Expr.Slice slice -> slice(slice, scope);
            case Expr.Call call -> call(call, scope);
            case Expr.Filter filter -> filter(filter, value(filter.input(), scope), scope);
            case Expr.Test test -> test(test, scope);
            case Expr.Unary unary -> unary(unary, scope);
            case Expr.Binary binary -> binary(binary, scope);
            case Expr.Logical logical -> logical(logical, scope);
            case Expr.Comparison comparison -> comparison(comparison, scope);
            case Expr.Conditional conditional -> conditional(conditional, scope);
        };
        budget.leave();
        return value;
    }

    private List<Value> values(List<Expr> expressions, Scope scope) {
        List<Value> values = new ArrayList<>(budget.items(expressions.size()));
        for (Expr expression : expressions) {
            values.add(value(expression, scope));
        }
        return values;
    }

    private Value attribute(Expr.Attribute attribute, Scope scope) {
        Value target = value(attribute.target(), scope);
        line = attribute.line();
        return subscripts.attribute(target, attribute.name());
    }

    private Value item(Expr.Item item, Scope scope) {
        Value target = value(item.target(), scope);
        Value index = value(item.index(), scope);
        line = item.line();
        return subscripts.item(target, index);
    }

    private Value test(Expr.Test test, Scope scope) {
        Value input = value(test.input(), scope);
        Arguments arguments = arguments(test.name(), test.arguments(), scope);
        line = test.line();
        return Value.Bool.of(tests.holds(test.name(), input, arguments));
    }

    private Value unary(Expr.Unary unary, Scope scope) {
        Value operand = value(unary.operand(), scope);
        line = unary.line();
        return operators.unary(unary.operator(), operand);
    }

    private Value binary(Expr.Binary binary, Scope scope) {
        Value left = value(binary.left(), scope);
        Value right = value(binary.right(), scope);
        line = binary.line();
        return operators.binary(binary.operator(), left, right);
    }

    private Value dictionary(Expr.Dictionary dictionary, Scope scope) {
        Map<String, Value> entries = new LinkedHashMap<>();
        for (Expr.Dictionary.Entry entry : dictionary.entries()) {
            Value key = value(entry.key(), scope);
            line = dictionary.line();
            if (!(key instanceof Str text)) {
                throw new TemplateFault(PythonText.kind(key) + " as the key of a dictionary is not supported");
            }
            entries.put(text.text(), value(entry.value(), scope));
        }
        return new Value.Dict(entries);
    }

    private Value slice(Expr.Slice slice, Scope scope) {
        Value target = value(slice.target(), scope);
        Value start = valueOrNull(slice.start(), scope);
        Value stop = valueOrNull(slice.stop(), scope);
        Value step = valueOrNull(slice.step(), scope);
        line = slice.line();
        return subscripts.slice(target, start, stop, step);
    }

    private @Nullable Value valueOrNull(@Nullable Expr expr, Scope scope) {
        return expr == null ? null : value(expr, scope);
    }

    private Value call(Expr.Call call, Scope scope) {
        Value target = value(call.target(), scope);
        Arguments arguments = arguments(callee(call.target()), call.arguments(), scope);
        line = call.line();
        return switch (target) {
            case Value.Function function -> function.call(arguments);
            case Value.Undefined undefined ->
                throw new TemplateFault(undefined.name() + " is not a function or method that is supported here");
            default -> throw new TemplateFault(PythonText.kind(target) + " cannot be called");
        };
    }

    private static String callee(Expr target) {
        return switch (target) {
            case Expr.Name name -> name.name();
            case Expr.Attribute attribute -> attribute.name();
            default -> "this function";
        };
    }

    Value filter(Expr.Filter filter, Value input, Scope scope) {
        Arguments arguments = arguments(filter.name(), filter.arguments(), scope);
        line = filter.line();
        return filters.apply(filter.name(), input, arguments);
    }

    private Arguments arguments(String callee, Expr.CallArguments given, Scope scope) {
        Map<String, Value> named = new LinkedHashMap<>();
        List<Value> positional = values(given.positional(), scope);
        given.named().forEach((name, expr) -> named.put(name, value(expr, scope)));
        return new Arguments(callee, positional, named);
    }

    private Value logical(Expr.Logical logical, Scope scope) {
        Value left = value(logical.left(), scope);
        return Truth.of(left) == logical.operator().equals("or") ? left : value(logical.right(), scope);
    }

    private Value comparison(Expr.Comparison comparison, Scope scope) {
        Value left = value(comparison.first(), scope);
        for (Expr.Comparison.Link link : comparison.links()) {
            Value right = value(link.right(), scope);
            line = comparison.line();
            if (!comparisons.holds(link.operator(), left, right)) {
                return Value.Bool.of(false);
            }
            left = right;
        }
        return Value.Bool.of(true);
    }

    private Value conditional(Expr.Conditional conditional, Scope scope) {
        if (Truth.of(value(conditional.condition(), scope))) {
            return value(conditional.then(), scope);
        }
        return conditional.otherwise() == null
                ? new Value.Undefined("an \"if\" without \"else\" that is false")
                : value(conditional.otherwise(), scope);
    }
}
