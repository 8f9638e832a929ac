package dev.gantry.zoo.chat.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Python's `'{} and {name:>5}'.format(...)`, without attributes and items inside of the braces.
final class BraceFormat {
    private static final Pattern FIELD = Pattern.compile(
            "\\{\\{|\\}\\}|\\{(?<name>\\w*)(?<repr>![rs])?(?::(?:(?<fill>[^{}])(?=[<>^=]))?(?<align>[<>^=])?(?<zero>0)?(?<width>\\d{0,6})(?:\\.(?<precision>\\d{1,6}))?(?<type>[a-zA-Z]?))?\\}");

    private final String format;
    private final Arguments arguments;
    private final Budget budget;
    private int next;

    BraceFormat(String format, Arguments arguments, Budget budget) {
        this.format = format;
        this.arguments = arguments;
        this.budget = budget;
    }

    Str apply() {
        budget.text(format.length());
        Output out = new Output(budget);
        Matcher field = FIELD.matcher(format);
        int from = 0;
        while (field.find()) {
            plain(format.substring(from, field.start()), out);
            switch (field.group()) {
                case "{{" -> out.write(Str.of("{"));
                case "}}" -> out.write(Str.of("}"));
                default -> out.write(formatted(field));
            }
            from = field.end();
        }
        plain(format.substring(from), out);
        return out.captured();
    }

    private static void plain(String text, Output out) {
        if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
            throw new TemplateFault("format() does not support this field: " + text.strip());
        }
        out.write(Str.of(text));
    }

    private Str formatted(Matcher field) {
        Value value = value(field.group("name"));
        if ("!r".equals(field.group("repr"))) {
            value = Str.of(PythonText.repr(value, budget));
        }
        String width = field.group("width");
        String precision = field.group("precision");
        String type = field.group("type");
        if ((width == null || width.isEmpty()) && precision == null && (type == null || type.isEmpty())) {
            return PythonText.str(value, budget);
        }
        boolean zeros = field.group("zero") != null;
        char fill = field.group("fill") != null ? field.group("fill").charAt(0) : zeros ? '0' : ' ';
        char align = field.group("align") != null ? field.group("align").charAt(0) : zeros ? '=' : ' ';
        return new FormatSpec(
                        fill,
                        align,
                        width == null || width.isEmpty() ? 0 : Integer.parseInt(width),
                        precision == null ? -1 : Integer.parseInt(precision),
                        type == null || type.isEmpty() ? ' ' : type.charAt(0))
                .apply(value, budget);
    }

    private Value value(String name) {
        boolean index = name.isEmpty() || name.chars().allMatch(c -> c >= '0' && c <= '9');
        Value value;
        if (index && name.length() < 7) {
            int at = name.isEmpty() ? next++ : Integer.parseInt(name);
            value = at < arguments.positional().size() ? arguments.positional().get(at) : null;
        } else {
            value = arguments.named().get(name);
        }
        if (value != null) {
            return value;
        }
        throw new TemplateFault("format() was given no value for {" + name + "}");
    }
}
