package dev.gantry.lora.starter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Named rules read from resource files.
///
/// A file is a list of sections. `# name` opens a rule whose lines are alternatives; an indented line continues the
/// one above it and a leading `*3` makes an alternative count three times. `# name | column | column` opens a table
/// whose lines are rows. `//` at the start of a line is a comment. See {@link Template} for what a line may hold.
record Grammar(Map<String, Rule> rules) {

    /// Reads `files` from beside this class; a later file may add to no rule of an earlier one.
    static Grammar load(String... files) {
        Map<String, Rule> rules = new TreeMap<>();
        for (String file : files) {
            new Reader(file, rules).read(text(file));
        }
        return new Grammar(rules);
    }

    private static String text(String file) {
        try (InputStream in = Grammar.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("Grammar file " + file + " is missing from the program; reinstall it.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("Grammar file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Nullable
    Rule find(String name) {
        return rules.get(name);
    }

    private static final class Reader {

        private final String file;
        private final Map<String, Rule> rules;
        private List<String> columns = List.of();
        private Map<Integer, String> lines = new LinkedHashMap<>();

        Reader(String file, Map<String, Rule> rules) {
            this.file = file;
            this.rules = rules;
        }

        void read(String text) {
            int number = 0;
            int last = 0;
            for (String line : text.split("\n", -1)) {
                number++;
                if (line.isBlank() || line.startsWith("//")) {
                    continue;
                }
                if (line.startsWith("# ")) {
                    close();
                    columns = List.of(line.substring(2).strip().split("\\s*\\|\\s*"));
                } else if (Character.isWhitespace(line.charAt(0))) {
                    lines.merge(last, line.strip(), (a, b) -> a + " " + b);
                } else {
                    last = number;
                    lines.put(number, line.strip());
                }
            }
            close();
        }

        private void close() {
            if (columns.isEmpty()) {
                return;
            }
            String name = columns.getFirst();
            Rule rule = columns.size() > 1 ? table(name) : phrases();
            if (rules.put(name, rule) != null) {
                throw new IllegalStateException(file + ": the rule " + name + " is defined twice");
            }
            lines = new LinkedHashMap<>();
        }

        private Rule.Phrases phrases() {
            List<Template> alternatives = new ArrayList<>();
            lines.forEach((number, line) -> {
                int weight = line.startsWith("*") ? line.charAt(1) - '0' : 1;
                String body = line.startsWith("*") ? line.substring(2).strip() : line;
                Template template = TemplateParser.parse(body, file + ":" + number);
                for (int i = 0; i < weight; i++) {
                    alternatives.add(template);
                }
            });
            return new Rule.Phrases(List.copyOf(alternatives));
        }

        private Rule.Table table(String name) {
            List<Rule.Row> rows = new ArrayList<>();
            lines.forEach((number, line) -> rows.add(row(name, line, file + ":" + number)));
            return new Rule.Table(name, List.copyOf(rows));
        }

        private Rule.Row row(String name, String line, String where) {
            String[] cells = line.split("\\s*\\|\\s*(?![^\\[]*\\])", -1);
            if (cells.length > columns.size()) {
                throw new IllegalStateException(where + ": more cells than columns: " + line);
            }
            Map<String, Template> byColumn = new HashMap<>();
            for (int i = 1; i < cells.length; i++) {
                if (!cells[i].isEmpty()) {
                    byColumn.put(columns.get(i), TemplateParser.parse(cells[i], where));
                }
            }
            return new Rule.Row(name, cells[0], Map.copyOf(byColumn));
        }
    }
}
