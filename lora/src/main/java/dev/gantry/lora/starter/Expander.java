package dev.gantry.lora.starter;

import dev.gantry.lora.starter.Rule.Row;
import dev.gantry.lora.starter.Template.Choice;
import dev.gantry.lora.starter.Template.Filter;
import dev.gantry.lora.starter.Template.Literal;
import dev.gantry.lora.starter.Template.Print;
import dev.gantry.lora.starter.Template.Sense;
import dev.gantry.lora.starter.Template.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Expands a grammar at random. What a document binds to a name stays bound; every document
/// takes a new expander.
final class Expander {

    private final Grammar grammar;
    private final SplittableRandom random;
    private final Map<String, Row> words = new HashMap<>();
    private final Map<String, String> phrases = new HashMap<>();

    Expander(Grammar grammar, SplittableRandom random) {
        this.grammar = grammar;
        this.random = random;
    }

    /// The tidied text of the rule `name`.
    String expand(String name) {
        return Prose.tidy(raw(name));
    }

    /// The text of the rule `name` as the grammar gives it, for callers that cut it first and tidy it then.
    String raw(String name) {
        StringBuilder out = new StringBuilder();
        append(new Slot(name, "", List.of(), "", Print.PLAIN), out);
        return out.toString();
    }

    String raw(Template template) {
        StringBuilder out = new StringBuilder();
        append(template, out);
        return out.toString();
    }

    private void append(Template template, StringBuilder out) {
        for (Template.Part part : template.parts()) {
            switch (part) {
                case Literal literal -> out.append(literal.text());
                case Choice choice -> append(pick(choice.options()), out);
                case Slot slot -> append(slot, out);
            }
        }
    }

    private void append(Slot slot, StringBuilder out) {
        String value = slot.rule().isEmpty() ? read(slot) : bind(slot);
        switch (slot.print()) {
            case PLAIN -> out.append(value);
            case CAPITALISED -> out.append(Prose.capitalised(value));
            case SILENT -> {}
        }
    }

    private String read(Slot slot) {
        Row row = words.get(slot.name());
        if (row != null) {
            return field(row, slot.field());
        }
        String phrase = phrases.get(slot.name());
        if (phrase != null) {
            return phrase;
        }
        return switch (rule(slot.name())) {
            case Rule.Phrases choices -> raw(pick(choices.alternatives()));
            case Rule.Table table -> field(choose(table, slot), slot.field());
        };
    }

    private String bind(Slot slot) {
        return switch (rule(slot.rule())) {
            case Rule.Phrases choices -> {
                String text = raw(pick(choices.alternatives()));
                phrases.put(slot.name(), text);
                yield text;
            }
            case Rule.Table table -> {
                words.remove(slot.name());
                Row row = choose(table, slot);
                words.put(slot.name(), row);
                yield field(row, slot.field());
            }
        };
    }

    /// A row that passes the filters; one that no variable of this document holds, if there is any.
    private Row choose(Rule.Table table, Slot slot) {
        Predicate<Row> passes = row -> slot.filters().stream().allMatch(filter -> passes(row, filter));
        List<Row> all = table.rows().stream().filter(passes).toList();
        List<Row> fresh = all.stream().filter(row -> !words.containsValue(row)).toList();
        if (all.isEmpty()) {
            throw new IllegalStateException("No row of " + table.name() + " passes " + slot.filters());
        }
        return pick(fresh.isEmpty() ? all : fresh);
    }

    private boolean passes(Row row, Filter filter) {
        if (filter.accepted().isEmpty()) {
            return row.cells().containsKey(filter.column());
        }
        String value = filter.column().equals("word") ? row.head() : cell(row, filter.column());
        boolean match = value != null
                && filter.accepted().stream()
                        .anyMatch(accepted -> resolve(accepted).equals(value));
        return match == (filter.sense() == Sense.KEEP);
    }

    private String resolve(String accepted) {
        if (!accepted.startsWith("$")) {
            return accepted;
        }
        String[] path = accepted.substring(1).split("\\.", 2);
        return read(new Slot(path[0], "", List.of(), path.length > 1 ? path[1] : "", Print.PLAIN));
    }

    private String field(Row row, String field) {
        if (field.isEmpty()) {
            return row.head();
        }
        String value = cell(row, field);
        if (value != null) {
            return value;
        }
        return switch (field) {
            case "s" -> Inflection.plural(row.head());
            case "ed" -> Inflection.past(row.head());
            case "ing" -> Inflection.progressive(row.head());
            case "es" -> Inflection.present(row.head());
            default -> throw new IllegalStateException(row.table() + " '" + row.head() + "' has no " + field);
        };
    }

    /// The cell itself, or the cell of the row that another column refers to (a name's gender knows its pronouns).
    private @Nullable String cell(Row row, String column) {
        Template cell = row.cells().get(column);
        if (cell != null) {
            return raw(cell);
        }
        for (Map.Entry<String, Template> entry : row.cells().entrySet()) {
            if (grammar.find(entry.getKey()) instanceof Rule.Table table) {
                String key = raw(entry.getValue());
                for (Row target : table.rows()) {
                    Template inherited = target.cells().get(column);
                    if (target.head().equals(key) && inherited != null) {
                        return raw(inherited);
                    }
                }
            }
        }
        return null;
    }

    private Rule rule(String name) {
        Rule rule = grammar.find(name);
        if (rule == null) {
            throw new IllegalStateException("The grammar has no rule and the document no variable named " + name);
        }
        return rule;
    }

    private <T> T pick(List<T> options) {
        return options.get(random.nextInt(options.size()));
    }
}
