package dev.gantry.app.ui.runs;

import dev.gantry.app.ui.text.Texts;
import java.util.List;
import javafx.geometry.VPos;
import javafx.scene.Parent;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/// Sample answers: a row for each question, a column for each step, the base model's first.
final class SamplesPane {
    private final Texts texts;
    private final GridPane grid = new GridPane();
    private final Label nothing;
    private final StackPane root;
    private SampleTable shown = new SampleTable(List.of(), List.of());

    SamplesPane(Texts texts, RunsViewModel model) {
        this.texts = texts;
        grid.getStyleClass().add("samples");
        nothing = new Label(texts.get("runs.samples.none"));
        nothing.getStyleClass().add("muted");
        nothing.setWrapText(true);
        ScrollPane scroll = new ScrollPane(grid);
        scroll.setAccessibleText(texts.get("runs.tab.samples"));
        root = new StackPane(scroll, nothing);
        root.getStyleClass().add("tab-body");
        model.detailProperty().subscribe(this::show);
    }

    private void show(@Nullable RunDetail detail) {
        SampleTable table = detail == null ? new SampleTable(List.of(), List.of()) : detail.samples();
        nothing.setVisible(table.rows().isEmpty());
        if (table.equals(shown)) {
            return;
        }
        shown = table;
        grid.getChildren().clear();
        for (int column = 0; column < table.steps().size(); column++) {
            long step = table.steps().get(column);
            String title = step == 0 ? texts.get("runs.samples.base") : texts.format("runs.samples.step", step);
            grid.add(label(title, "heading"), column + 1, 0);
        }
        for (int row = 0; row < table.rows().size(); row++) {
            SampleTable.Row question = table.rows().get(row);
            grid.add(label(question.prompt(), "strong"), 0, row + 1);
            for (int column = 0; column < table.steps().size(); column++) {
                String answer = question.answers().getOrDefault(table.steps().get(column), "");
                grid.add(label(answer, "answer"), column + 1, row + 1);
            }
        }
    }

    private static Label label(String text, String style) {
        Label label = new Label(text);
        label.getStyleClass().addAll("cell", style);
        label.setWrapText(true);
        GridPane.setValignment(label, VPos.TOP);
        return label;
    }

    Parent root() {
        return root;
    }
}
