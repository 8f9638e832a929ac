package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunSnapshot;
import dev.gantry.lora.run.RunEvent;
import dev.gantry.lora.run.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Sample answers of a run: a row for each question, a column for each step; the first column is the base model's.
///
/// @param steps in rising order
record SampleTable(List<Long> steps, List<Row> rows) {
    /// One question.
    ///
    /// @param answers by step
    record Row(String prompt, Map<Long, String> answers) {}

    SampleTable {
        steps = List.copyOf(steps);
        rows = List.copyOf(rows);
    }

    /// Reads the files that the events name.
    static SampleTable read(RunSnapshot run) throws IOException {
        TreeSet<Long> steps = new TreeSet<>();
        Map<String, Map<Long, String>> answers = new LinkedHashMap<>();
        for (RunEvent.Samples samples : run.all(RunEvent.Samples.class)) {
            Path file = run.run().resolve(samples.file()).normalize();
            if (!file.startsWith(run.run()) || !Files.isRegularFile(file)) {
                continue;
            }
            steps.add(samples.step());
            for (String line : Files.readAllLines(file)) {
                JsonNode sample = RunJson.LINES.readTree(line);
                answers.computeIfAbsent(sample.path("prompt").asString(""), _ -> new LinkedHashMap<>())
                        .put(samples.step(), sample.path("answer").asString(""));
            }
        }
        List<Row> rows = new ArrayList<>();
        answers.forEach((prompt, byStep) -> rows.add(new Row(prompt, Map.copyOf(byStep))));
        return new SampleTable(List.copyOf(steps), rows);
    }
}
