package dev.gantry.zoo.chat.jinja;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;

/// Python's `str()` and `repr()` of values.
final class PythonText {
    private static final int MAX_DEPTH = 50;

    private final Budget budget;
    private final StringBuilder out = new StringBuilder();

    private PythonText(Budget budget) {
        this.budget = budget;
    }

    /// What `{{ value }}` writes: texts as they are, nothing for undefined.
    static Str str(Value value, Budget budget) {
        return switch (value) {
            case Str text -> text;
            case Value.Undefined _ -> Str.EMPTY;
            default -> Str.of(repr(value, budget));
        };
    }

    static String repr(Value value, Budget budget) {
        PythonText text = new PythonText(budget);
        text.write(value, 0);
        return text.out.toString();
    }

    private void write(Value value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new TemplateFault("lists and dictionaries are nested deeper than " + MAX_DEPTH);
        }
        int before = out.length();
        switch (value) {
            case Str text -> quoted(text.text());
            case Value.Int number -> out.append(number.value());
            case Value.Real number -> out.append(real(number.value()));
            case Value.Bool flag -> out.append(flag.value() ? "True" : "False");
            case Value.None _ -> out.append("None");
            case Value.Undefined _ -> out.append("Undefined");
            case Value.Seq seq -> sequence(seq, depth);
            case Value.Dict dict -> dictionary(dict.entries(), depth);
            case Value.Namespace namespace -> {
                out.append("<Namespace ");
                dictionary(namespace.attributes(), depth);
                out.append('>');
            }
            case Value.Function _ -> out.append("<function>");
            case Value.Loop _ -> out.append("<LoopContext>");
        }
        budget.text(out.length());
        budget.spend(out.length() - before);
    }

    private void sequence(Value.Seq seq, int depth) {
        boolean list = seq.brackets() == Value.Seq.Brackets.LIST;
        out.append(list ? '[' : '(');
        for (int i = 0; i < seq.items().size(); i++) {
            out.append(i == 0 ? "" : ", ");
            write(seq.items().get(i), depth + 1);
        }
        out.append(list ? "]" : seq.items().size() == 1 ? ",)" : ")");
    }

    private void dictionary(Map<String, Value> entries, int depth) {
        out.append('{');
        Iterator<Map.Entry<String, Value>> each = entries.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Value> entry = each.next();
            quoted(entry.getKey());
            out.append(": ");
            write(entry.getValue(), depth + 1);
            out.append(each.hasNext() ? ", " : "");
        }
        out.append('}');
    }

    private void quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(quote);
                    } else if (c < 0x20 || (c >= 0x7F && c < 0xA1) || c == 0xAD) {
                        out.append("\\x%02x".formatted(c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        out.append(quote);
    }

    /// The shortest digits that read back the same, in Python's layout.
    static String real(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = decimal.toPlainString();
            return plain.indexOf('.') >= 0 ? plain : plain + ".0";
        }
        String digits = decimal.unscaledValue().abs().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return (value < 0 ? "-" : "")
                + digits.charAt(0)
                + fraction
                + "e%s%02d".formatted(exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    /// For messages: what sort of value this is.
    static String kind(Value value) {
        return switch (value) {
            case Str _ -> "a text";
            case Value.Int _, Value.Real _ -> "a number";
            case Value.Bool _ -> "a boolean";
            case Value.None _ -> "none";
            case Value.Undefined undefined -> "the undefined " + undefined.name();
            case Value.Seq _ -> "a list";
            case Value.Dict _ -> "a dictionary";
            case Value.Namespace _ -> "a namespace";
            case Value.Function _ -> "a function";
            case Value.Loop _ -> "a loop";
        };
    }
}
