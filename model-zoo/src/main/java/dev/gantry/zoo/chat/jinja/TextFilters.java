package dev.gantry.zoo.chat.jinja;

import dev.gantry.zoo.chat.jinja.Whitespace.Side;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The filters that make texts; they take any value by its `str()`.
final class TextFilters {
    private static final String WORD_STARTS = "-({[<";

    private final Budget budget;

    TextFilters(Budget budget) {
        this.budget = budget;
    }

    @Nullable
    Value apply(String name, Value input, Arguments arguments) {
        return switch (name) {
            case "string", "safe" -> str(input, arguments, 0);
            case "lower" -> str(input, arguments, 0).lower();
            case "upper" -> str(input, arguments, 0).upper();
            case "capitalize" -> StringMethods.capitalized(str(input, arguments, 0));
            case "title" -> title(str(input, arguments, 0));
            case "escape", "e" -> escape(str(input, arguments, 0));
            case "trim" ->
                Whitespace.strip(str(input, arguments, 1), arguments.optionalText(0, "chars"), Side.BOTH, budget);
            case "replace" ->
                new Searching(budget)
                        .replace(
                                str(input, arguments, 3),
                                arguments.text(0, "old"),
                                arguments.text(1, "new"),
                                arguments.integerOr(2, "count", -1));
            case "indent" -> indent(str(input, arguments, 3), arguments);
            case "center" -> center(str(input, arguments, 1), arguments);
            case "truncate" -> truncate(str(input, arguments, 4), arguments);
            case "wordcount" -> new Value.Int(words(str(input, arguments, 0)).size());
            case "format" -> {
                Value values = arguments.named().isEmpty()
                        ? new Value.Seq(arguments.positional(), Value.Seq.Brackets.TUPLE)
                        : new Value.Dict(arguments.named());
                yield new PercentFormat(PythonText.str(input, budget).text(), values, budget).apply();
            }
            default -> null;
        };
    }

    private Str str(Value input, Arguments arguments, int mostArguments) {
        arguments.allow(
                mostArguments,
                "chars",
                "old",
                "new",
                "count",
                "width",
                "first",
                "blank",
                "length",
                "killwords",
                "end",
                "leeway");
        Str text = PythonText.str(input, budget);
        budget.spend(text.text().length());
        return text;
    }

    private List<Value> words(Str text) {
        return text.text().isBlank()
                ? List.of()
                : List.of(text.text().strip().split("\\s+")).stream()
                        .map(word -> (Value) Str.of(word))
                        .toList();
    }

    /// Each character after a blank, dash or bracket in upper case.
    private static Str title(Str text) {
        StringBuilder titled = new StringBuilder();
        boolean starts = true;
        for (int c : text.text().codePoints().toArray()) {
            titled.appendCodePoint(starts ? Character.toTitleCase(c) : Character.toLowerCase(c));
            starts = Whitespace.is(c) || WORD_STARTS.indexOf(c) >= 0;
        }
        return text.rewritten(titled.toString());
    }

    private Str escape(Str text) {
        Searching searching = new Searching(budget);
        Str escaped = text;
        for (String[] pair :
                new String[][] {{"&", "&amp;"}, {">", "&gt;"}, {"<", "&lt;"}, {"'", "&#39;"}, {"\"", "&#34;"}}) {
            escaped = searching.replace(escaped, Str.of(pair[0]), Str.of(pair[1]), -1);
        }
        return escaped;
    }

    private Value indent(Str text, Arguments arguments) {
        Value width = arguments.optional(0, "width");
        Str indentation =
                width instanceof Str given ? given : Str.of(" ").times(arguments.integerOr(0, "width", 4), budget);
        boolean first = arguments.truthOr(1, "first", false);
        boolean blank = arguments.truthOr(2, "blank", false);
        // Jinja2 adds a line feed to get at an empty last line
        Str whole = text.plus(Str.of("\n"), budget);
        Value.Seq lines = (Value.Seq) new Splitting(budget).lines(whole, Arguments.none("splitlines"));
        Output indented = new Output(budget);
        for (int i = 0; i < lines.items().size(); i++) {
            Str line = (Str) lines.items().get(i);
            indented.write(Str.of(i == 0 ? "" : "\n"));
            if (i == 0 ? first : blank || !line.isEmpty()) {
                indented.write(indentation);
            }
            indented.write(line);
        }
        return indented.captured();
    }

    private Value center(Str text, Arguments arguments) {
        Value width = new Value.Int(arguments.integerOr(0, "width", 80));
        Value.Function center = (Value.Function) new Subscripts(budget).attribute(text, "center");
        return center.call(new Arguments("center", List.of(width), java.util.Map.of()));
    }

    private Value truncate(Str text, Arguments arguments) {
        long length = Math.max(0, arguments.integerOr(0, "length", 255));
        boolean killWords = arguments.truthOr(1, "killwords", false);
        Str end = arguments.textOr(2, "end", "...");
        long leeway = arguments.integerOr(3, "leeway", 5);
        if (text.length() <= length + leeway) {
            return text;
        }
        int kept = (int) Math.max(0, length - end.length());
        Str cut = text.units(0, text.text().offsetByCodePoints(0, kept));
        int blank = cut.text().lastIndexOf(' ');
        Str rest = killWords || blank < 0 ? cut : cut.units(0, blank);
        return rest.plus(end, budget);
    }
}
