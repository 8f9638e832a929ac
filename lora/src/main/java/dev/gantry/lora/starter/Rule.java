package dev.gantry.lora.starter;

import java.util.List;
import java.util.Map;

/// What a name in a grammar stands for: phrases to choose from, or a table of words with their properties.
sealed interface Rule {

    /// Alternatives; one that counts for more is listed more than once.
    record Phrases(List<Template> alternatives) implements Rule {}

    /// Words with columns.
    record Table(String name, List<Row> rows) implements Rule {}

    /// One word of a table and its properties by column name.
    record Row(String table, String head, Map<String, Template> cells) {}
}
