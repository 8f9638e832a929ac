package dev.gantry.zoo.chat.jinja;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Python's `'%s and %d' % values`.
final class PercentFormat {
    private static final Pattern FIELD = Pattern.compile(
            "%(?:\\((?<key>[^)]*)\\))?(?<flags>[-0+ #]*)(?<width>\\d{0,6})(?:\\.(?<precision>\\d{1,6}))?(?<type>.?)",
            Pattern.DOTALL);

    private final String format;
    private final Value values;
    private final Budget budget;
    private int next;

    PercentFormat(String format, Value values, Budget budget) {
        this.format = format;
        this.values = values;
        this.budget = budget;
    }

    Str apply() {
        budget.text(format.length());
        Output out = new Output(budget);
        Matcher field = FIELD.matcher(format);
        int from = 0;
        while (field.find(from)) {
            out.write(Str.of(format.substring(from, field.start())));
            out.write(field.group("type").equals("%") ? Str.of("%") : formatted(field));
            from = field.end();
        }
        out.write(Str.of(format.substring(from)));
        boolean one = !(values instanceof Value.Seq seq && seq.brackets() == Value.Seq.Brackets.TUPLE);
        if (one ? next == 0 && !(values instanceof Value.Dict) : next < count()) {
            throw new TemplateFault("\"%\" was given more values than its text has places");
        }
        return out.captured();
    }

    private Str formatted(Matcher field) {
        String type = field.group("type");
        if (type.isEmpty()) {
            throw new TemplateFault("a text before \"%\" ends inside of a place for a value");
        }
        Value value = field.group("key") == null ? next() : keyed(field.group("key"));
        String flags = field.group("flags");
        int width = field.group("width").isEmpty() ? 0 : Integer.parseInt(field.group("width"));
        int precision = field.group("precision") == null ? -1 : Integer.parseInt(field.group("precision"));
        if (width == 0 && precision < 0 && type.equals("s")) {
            return PythonText.str(value, budget);
        }
        boolean left = flags.contains("-");
        boolean zeros = !left && flags.contains("0") && !type.equals("s");
        return new FormatSpec(zeros ? '0' : ' ', left ? '<' : zeros ? '=' : '>', width, precision, type.charAt(0))
                .apply(value, budget);
    }

    private int count() {
        return ((Value.Seq) values).items().size();
    }

    private Value next() {
        List<Value> all = values instanceof Value.Seq seq && seq.brackets() == Value.Seq.Brackets.TUPLE
                ? seq.items()
                : List.of(values);
        if (next >= all.size()) {
            throw new TemplateFault("\"%\" was given fewer values than its text has places");
        }
        return all.get(next++);
    }

    private Value keyed(String key) {
        Value value = values instanceof Value.Dict dict ? dict.entries().get(key) : null;
        if (value == null) {
            throw new TemplateFault("\"%\" was given no value for \"" + key + "\"");
        }
        return value;
    }
}
