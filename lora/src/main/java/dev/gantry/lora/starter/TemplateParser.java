package dev.gantry.lora.starter;

import dev.gantry.lora.starter.Template.Choice;
import dev.gantry.lora.starter.Template.Filter;
import dev.gantry.lora.starter.Template.Literal;
import dev.gantry.lora.starter.Template.Part;
import dev.gantry.lora.starter.Template.Print;
import dev.gantry.lora.starter.Template.Sense;
import dev.gantry.lora.starter.Template.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Reads one template by recursive descent; `where` names file and line in errors.
final class TemplateParser {

    private final String source;
    private final String where;
    private int at;

    private TemplateParser(String source, String where) {
        this.source = source;
        this.where = where;
    }

    static Template parse(String source, String where) {
        TemplateParser parser = new TemplateParser(source, where);
        Template template = parser.sequence("");
        if (parser.at < source.length()) {
            throw parser.fault("unexpected '" + source.charAt(parser.at) + "'");
        }
        return template;
    }

    private Template sequence(String stops) {
        List<Part> parts = new ArrayList<>();
        int start = at;
        while (at < source.length() && stops.indexOf(source.charAt(at)) < 0) {
            char c = source.charAt(at);
            if (c == ']' || c == '}') {
                throw fault("'" + c + "' closes nothing");
            }
            if (c != '{' && c != '[') {
                at++;
                continue;
            }
            literal(parts, start);
            at++;
            parts.add(c == '{' ? slot() : choice());
            start = at;
        }
        literal(parts, start);
        return new Template(List.copyOf(parts));
    }

    private void literal(List<Part> parts, int start) {
        if (at > start) {
            parts.add(new Literal(source.substring(start, at)));
        }
    }

    private Choice choice() {
        List<Template> options = new ArrayList<>();
        while (true) {
            options.add(sequence("|]"));
            if (at >= source.length()) {
                throw fault("'[' is never closed");
            }
            if (source.charAt(at++) == ']') {
                return new Choice(List.copyOf(options));
            }
        }
    }

    private Slot slot() {
        int end = source.indexOf('}', at);
        if (end < 0) {
            throw fault("'{' is never closed");
        }
        String body = source.substring(at, end);
        at = end + 1;
        boolean silent = body.startsWith("-");
        String[] halves = (silent ? body.substring(1) : body).split("\\?", 2);
        String[] nameAndRule = halves[0].split(":", 2);
        String[] path = nameAndRule[nameAndRule.length - 1].split("\\.", 2);
        String name = nameAndRule.length > 1 ? nameAndRule[0] : path[0];
        String rule = nameAndRule.length > 1 ? path[0] : "";
        String field = path.length > 1 ? path[1] : "";
        if (name.isEmpty()) {
            throw fault("a slot without a name: {" + body + "}");
        }
        boolean capital = startsHigh(name) || startsHigh(field);
        return new Slot(
                name.toLowerCase(Locale.ROOT),
                rule,
                halves.length > 1 ? filters(halves[1]) : List.of(),
                field.toLowerCase(Locale.ROOT),
                silent ? Print.SILENT : capital ? Print.CAPITALISED : Print.PLAIN);
    }

    private static boolean startsHigh(String text) {
        return !text.isEmpty() && Character.isUpperCase(text.charAt(0));
    }

    private static List<Filter> filters(String text) {
        return Arrays.stream(text.split("&")).map(TemplateParser::filter).toList();
    }

    private static Filter filter(String text) {
        String[] sides = text.split("!?=", 2);
        List<String> accepted = sides.length > 1 ? List.of(sides[1].split(",")) : List.of();
        return new Filter(sides[0], accepted, text.contains("!=") ? Sense.DROP : Sense.KEEP);
    }

    private IllegalArgumentException fault(String what) {
        return new IllegalArgumentException(where + ": " + what + " in: " + source);
    }
}
