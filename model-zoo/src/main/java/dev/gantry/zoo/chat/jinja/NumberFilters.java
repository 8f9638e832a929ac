package dev.gantry.zoo.chat.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// The filters that make numbers.
final class NumberFilters {
    private static final int MAX_DECIMALS = 100;

    private final Budget budget;

    NumberFilters(Budget budget) {
        this.budget = budget;
    }

    @Nullable
    Value apply(String name, Value input, Arguments arguments) {
        return switch (name) {
            case "int" -> {
                arguments.allow(2, "default", "base");
                yield whole(input, arguments);
            }
            case "float" -> {
                arguments.allow(1, "default");
                Double number = real(input);
                Value otherwise = arguments.optional(0, "default");
                yield number != null ? new Value.Real(number) : otherwise != null ? otherwise : new Value.Real(0);
            }
            case "abs" -> {
                arguments.allow(0);
                yield input instanceof Value.Real number
                        ? new Value.Real(Math.abs(number.value()))
                        : new Value.Int(Math.absExact(Numbers.whole(input)));
            }
            case "round" -> round(input, arguments);
            default -> null;
        };
    }

    private Value whole(Value input, Arguments arguments) {
        if (Numbers.isWhole(input)) {
            return new Value.Int(Numbers.whole(input));
        }
        long base = arguments.integerOr(1, "base", 10);
        if (input instanceof Str text && base >= 2 && base <= 36) {
            try {
                return new Value.Int(Long.parseLong(text.text().strip().replace("_", ""), (int) base));
            } catch (NumberFormatException _) {
                // "12.7" is tried as a floating-point number below, as Jinja2 does
            }
        }
        Double number = real(input);
        if (number != null && Math.abs(number) < Long.MAX_VALUE) {
            return new Value.Int(number.longValue());
        }
        Value otherwise = arguments.optional(0, "default");
        return otherwise == null ? new Value.Int(0) : otherwise;
    }

    private @Nullable Double real(Value input) {
        if (Numbers.isNumber(input)) {
            return Numbers.real(input);
        }
        if (!(input instanceof Str text)) {
            return null;
        }
        budget.spend(text.text().length());
        String digits = text.text().strip();
        return digits.matches("[-+]?(\\d{1,400}(\\.\\d{0,400})?|\\.\\d{1,400})([eE][-+]?\\d{1,4})?")
                ? Double.valueOf(digits)
                : null;
    }

    private static Value round(Value input, Arguments arguments) {
        arguments.allow(2, "precision", "method");
        long precision = arguments.integerOr(0, "precision", 0);
        if (Math.abs(precision) > MAX_DECIMALS) {
            throw new TemplateFault("round() to " + precision + " decimals is not supported");
        }
        RoundingMode mode = switch (arguments.textOr(1, "method", "common").text()) {
            case "common" -> RoundingMode.HALF_EVEN;
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default -> throw new TemplateFault("round() knows the methods common, ceil and floor");
        };
        if (Numbers.isWhole(input) && precision >= 0 && mode == RoundingMode.HALF_EVEN) {
            return new Value.Int(Numbers.whole(input));
        }
        double number = Numbers.real(input);
        return Double.isFinite(number)
                ? new Value.Real(
                        new BigDecimal(number).setScale((int) precision, mode).doubleValue())
                : input;
    }
}
