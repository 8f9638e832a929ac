package dev.gantry.zoo.chat.jinja;

import java.util.ArrayList;
import java.util.List;

/// What `+ - * / // % ** ~` mean for values of all sorts.
final class Operators {
    private final Budget budget;

    Operators(Budget budget) {
        this.budget = budget;
    }

    Value binary(String operator, Value left, Value right) {
        if (operator.equals("~")) {
            return PythonText.str(left, budget).plus(PythonText.str(right, budget), budget);
        }
        refuseUndefined(left);
        if (operator.equals("%") && left instanceof Str format) {
            return new PercentFormat(format.text(), right, budget).apply();
        }
        refuseUndefined(right);
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.calculate(operator, left, right);
        }
        return switch (operator) {
            case "+" -> plus(left, right);
            case "*" -> Numbers.isWhole(left) ? times(right, left, operator) : times(left, right, operator);
            default -> throw meaningless(operator, left, right);
        };
    }

    private Value plus(Value left, Value right) {
        if (left instanceof Str a && right instanceof Str b) {
            return a.plus(b, budget);
        }
        if (left instanceof Value.Seq a && right instanceof Value.Seq b && a.brackets() == b.brackets()) {
            List<Value> items = new ArrayList<>(
                    budget.items((long) a.items().size() + b.items().size()));
            items.addAll(a.items());
            items.addAll(b.items());
            return new Value.Seq(items, a.brackets());
        }
        throw meaningless("+", left, right);
    }

    private Value times(Value repeated, Value count, String operator) {
        if (!Numbers.isWhole(count)) {
            throw meaningless(operator, repeated, count);
        }
        long times = Math.min(Math.max(0, Numbers.whole(count)), Integer.MAX_VALUE);
        return switch (repeated) {
            case Str text -> text.times(times, budget);
            case Value.Seq seq -> {
                int size = budget.items(times * seq.items().size());
                List<Value> items = new ArrayList<>(size);
                while (items.size() < size) {
                    items.addAll(seq.items());
                }
                yield new Value.Seq(items, seq.brackets());
            }
            default -> throw meaningless(operator, repeated, count);
        };
    }

    Value unary(String operator, Value operand) {
        if (operator.equals("not")) {
            return Value.Bool.of(!Truth.of(operand));
        }
        refuseUndefined(operand);
        if (!Numbers.isNumber(operand)) {
            throw new TemplateFault("\"" + operator + "\" in front of " + PythonText.kind(operand) + " has no meaning");
        }
        return operator.equals("-")
                ? Numbers.calculate("-", new Value.Int(0), operand)
                : Numbers.calculate("+", new Value.Int(0), operand);
    }

    private static void refuseUndefined(Value value) {
        if (value instanceof Value.Undefined undefined) {
            throw new TemplateFault(undefined.name() + " is undefined");
        }
    }

    private static TemplateFault meaningless(String operator, Value left, Value right) {
        return new TemplateFault("\"" + operator + "\" between " + PythonText.kind(left) + " and "
                + PythonText.kind(right) + " has no meaning");
    }
}
