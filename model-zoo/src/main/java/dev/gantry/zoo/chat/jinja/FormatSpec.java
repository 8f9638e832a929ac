package dev.gantry.zoo.chat.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/// Width, precision and alignment of one formatted value.
///
/// @param fill what empty places hold
/// @param align `<`, `>`, `^`, or `=` for zeros behind the sign
/// @param width least number of characters
/// @param precision digits or characters; -1 when not given
/// @param type `s`, `d`, `f`, `x` or a blank when not given
record FormatSpec(char fill, char align, int width, int precision, char type) {
    private static final int MAX_PRECISION = 100;

    Str apply(Value value, Budget budget) {
        String text = digits(value, budget);
        char side = align != ' ' ? align : Numbers.isNumber(value) && type != 's' ? '>' : '<';
        int missing = width - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return Str.of(text);
        }
        budget.text((long) missing + text.length());
        String all = String.valueOf(fill).repeat(missing);
        int sign = side == '=' && text.startsWith("-") ? 1 : 0;
        return Str.of(
                switch (side) {
                    case '<' -> text + all;
                    case '^' -> all.substring(0, missing / 2) + text + all.substring(missing / 2);
                    default -> text.substring(0, sign) + all + text.substring(sign);
                });
    }

    private String digits(Value value, Budget budget) {
        if (precision > MAX_PRECISION) {
            throw new TemplateFault("a number with " + precision + " decimals is not supported");
        }
        return switch (type) {
            case 'd', 'i' ->
                Long.toString(value instanceof Value.Real real ? (long) real.value() : Numbers.whole(value));
            case 'f' -> {
                double number = Numbers.real(value);
                yield Double.isFinite(number)
                        ? new BigDecimal(number)
                                .setScale(precision < 0 ? 6 : precision, RoundingMode.HALF_EVEN)
                                .toPlainString()
                        : PythonText.real(number);
            }
            case 'x' -> Long.toHexString(Numbers.whole(value));
            case 'X' -> Long.toHexString(Numbers.whole(value)).toUpperCase(Locale.ROOT);
            case 'r' -> cut(PythonText.repr(value, budget));
            case 's', ' ' -> cut(PythonText.str(value, budget).text());
            default -> throw new TemplateFault("the format \"" + type + "\" is not supported");
        };
    }

    private String cut(String text) {
        return precision >= 0 && text.codePointCount(0, text.length()) > precision
                ? text.substring(0, text.offsetByCodePoints(0, precision))
                : text;
    }
}
