package dev.gantry.zoo.chat.jinja;

import java.util.Set;

/// What may stand after `is`.
final class ValueTests {
    private static final Set<String> KNOWN = Set.of(
            "defined",
            "undefined",
            "none",
            "string",
            "mapping",
            "iterable",
            "sequence",
            "number",
            "integer",
            "float",
            "boolean",
            "true",
            "false",
            "callable",
            "sameas",
            "odd",
            "even",
            "divisibleby",
            "lower",
            "upper",
            "in",
            "eq",
            "equalto",
            "==",
            "ne",
            "!=",
            "lt",
            "lessthan",
            "<",
            "le",
            "<=",
            "gt",
            "greaterthan",
            ">",
            "ge",
            ">=");

    private final Budget budget;
    private final Comparisons comparisons;

    ValueTests(Budget budget) {
        this.budget = budget;
        comparisons = new Comparisons(budget);
    }

    static boolean known(String name) {
        return KNOWN.contains(name);
    }

    boolean holds(String name, Value value, Arguments arguments) {
        return switch (name) {
            case "in",
                    "eq",
                    "equalto",
                    "==",
                    "ne",
                    "!=",
                    "lt",
                    "lessthan",
                    "<",
                    "le",
                    "<=",
                    "gt",
                    "greaterthan",
                    ">",
                    "ge",
                    ">=" -> comparisons.holds(operator(name), value, arguments.required(0, "other"));
            case "sameas" -> same(value, arguments.required(0, "other"));
            case "odd" -> Math.floorMod(Numbers.whole(value), 2L) == 1;
            case "even" -> Math.floorMod(Numbers.whole(value), 2L) == 0;
            case "divisibleby" -> {
                long divisor = arguments.integerOr(0, "num", 1);
                if (divisor == 0) {
                    throw new TemplateFault("nothing is divisible by 0");
                }
                yield Numbers.whole(value) % divisor == 0;
            }
            case "lower" -> sameAfterFolding(value, Value.Bool.of(false));
            case "upper" -> sameAfterFolding(value, Value.Bool.of(true));
            default -> sort(name, value);
        };
    }

    private static String operator(String test) {
        return switch (test) {
            case "eq", "equalto" -> "==";
            case "ne" -> "!=";
            case "lt", "lessthan" -> "<";
            case "le" -> "<=";
            case "gt", "greaterthan" -> ">";
            case "ge" -> ">=";
            default -> test;
        };
    }

    private static boolean sort(String name, Value value) {
        return switch (name) {
            case "defined" -> !(value instanceof Value.Undefined);
            case "undefined" -> value instanceof Value.Undefined;
            case "none" -> value == Value.None.NONE;
            case "string" -> value instanceof Str;
            case "mapping" -> value instanceof Value.Dict;
            case "iterable", "sequence" ->
                value instanceof Str
                        || value instanceof Value.Seq
                        || value instanceof Value.Dict
                        || value instanceof Value.Undefined;
            case "number" -> Numbers.isNumber(value);
            case "integer" -> value instanceof Value.Int;
            case "float" -> value instanceof Value.Real;
            case "boolean" -> value instanceof Value.Bool;
            case "true" -> value instanceof Value.Bool flag && flag.value();
            case "false" -> value instanceof Value.Bool flag && !flag.value();
            case "callable" -> value instanceof Value.Function;
            default -> throw new TemplateFault("the test \"is " + name + "\" is not supported");
        };
    }

    private static boolean same(Value value, Value other) {
        boolean single = value instanceof Value.Bool || value instanceof Value.None;
        return single ? value.equals(other) : isIdentical(value, other);
    }

    @SuppressWarnings("ReferenceEquality") // what "is sameas" asks for
    private static boolean isIdentical(Value value, Value other) {
        return value == other;
    }

    private boolean sameAfterFolding(Value value, Value.Bool upper) {
        Str text = PythonText.str(value, budget);
        Str folded = upper.value() ? text.upper() : text.lower();
        boolean cased = text.text().codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
        return cased && folded.equals(text);
    }
}
