package dev.gantry.zoo.chat.jinja;

/// Python's arithmetic on whole and floating-point numbers; booleans are 0 and 1.
final class Numbers {
    private Numbers() {}

    static boolean isNumber(Value value) {
        return value instanceof Value.Int || value instanceof Value.Real || value instanceof Value.Bool;
    }

    static boolean isWhole(Value value) {
        return value instanceof Value.Int || value instanceof Value.Bool;
    }

    static long whole(Value value) {
        return switch (value) {
            case Value.Int number -> number.value();
            case Value.Bool flag -> flag.value() ? 1 : 0;
            default -> throw new TemplateFault(PythonText.kind(value) + " stands where a whole number is needed");
        };
    }

    static double real(Value value) {
        return value instanceof Value.Real number ? number.value() : whole(value);
    }

    static int compare(Value left, Value right) {
        return isWhole(left) && isWhole(right)
                ? Long.compare(whole(left), whole(right))
                : Double.compare(real(left) + 0.0, real(right) + 0.0);
    }

    static Value calculate(String operator, Value left, Value right) {
        try {
            return isWhole(left) && isWhole(right) && !operator.equals("/")
                    ? wholes(operator, whole(left), whole(right))
                    : new Value.Real(reals(operator, real(left), real(right)));
        } catch (ArithmeticException e) {
            throw new TemplateFault("\"" + operator + "\" gives no number here: " + e.getMessage());
        }
    }

    private static Value wholes(String operator, long left, long right) {
        return new Value.Int(
                switch (operator) {
                    case "+" -> Math.addExact(left, right);
                    case "-" -> Math.subtractExact(left, right);
                    case "*" -> Math.multiplyExact(left, right);
                    case "//" -> Math.floorDivExact(left, right);
                    case "%" -> Math.floorMod(left, right);
                    case "**" -> {
                        if (right < 0) {
                            throw new ArithmeticException("the exponent is negative");
                        }
                        yield Math.powExact(left, Math.toIntExact(right));
                    }
                    default -> throw new TemplateFault("\"" + operator + "\" is not arithmetic");
                });
    }

    private static double reals(String operator, double left, double right) {
        if (right == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw new ArithmeticException("division by zero");
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - right * Math.floor(left / right);
            case "**" -> Math.pow(left, right);
            default -> throw new TemplateFault("\"" + operator + "\" is not arithmetic");
        };
    }
}
