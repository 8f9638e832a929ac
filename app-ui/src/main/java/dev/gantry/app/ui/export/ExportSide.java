package dev.gantry.app.ui.export;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.export.ExportEstimate;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// What the chosen export takes, before it is started.
final class ExportSide extends VBox {
    private final Texts texts;
    private final ExportViewModel model;
    private final VBox shown = new VBox();

    ExportSide(Texts texts, ExportViewModel model) {
        this.texts = texts;
        this.model = model;
        getStyleClass().add("export-takes");
        shown.getStyleClass().add("export-takes");
        Label heading = new Label(texts.get("export.takes"));
        heading.getStyleClass().add("heading");
        getChildren().addAll(heading, shown);
        model.previewProperty().subscribe(made -> show());
        model.kindProperty().subscribe(kind -> show());
        show();
    }

    private void show() {
        shown.getChildren().clear();
        ExportPreview made = model.previewProperty().get();
        ExportEstimate estimate = model.estimate();
        if (made == null || estimate == null) {
            Label empty = new Label(texts.get("export.takes.empty"));
            empty.getStyleClass().add("muted");
            empty.setWrapText(true);
            shown.getChildren().add(empty);
            return;
        }
        boolean fits = made.fitsDisk(estimate) && made.fitsMemory(estimate);
        Label verdict = new Label(
                texts.get(fits ? "export.fits" : "export.too-large"), new IconView(fits ? Icon.CHECK : Icon.WARNING));
        verdict.getStyleClass().addAll("strong", fits ? "good" : "bad");
        verdict.setWrapText(true);
        GridPane grid = new GridPane();
        grid.getStyleClass().add("export-numbers");
        number(grid, "time", texts.numbers().roughly(made.time(estimate)), "strong");
        number(grid, "size", texts.numbers().bytes(estimate.bytes()), "strong");
        number(grid, "disk", texts.numbers().bytes(made.freeBytes()), made.fitsDisk(estimate) ? "strong" : "bad");
        number(grid, "memory", texts.numbers().bytes(estimate.memoryBytes()), "strong");
        number(
                grid,
                "memory-free",
                texts.numbers().bytes(made.rates().availableBytes()),
                made.fitsMemory(estimate) ? "strong" : "bad");
        shown.getChildren().addAll(verdict, grid, note("export.takes.memory.note"), note("export.takes.check.note"));
    }

    private void number(GridPane grid, String key, String value, String style) {
        Label name = new Label(texts.get("export.takes." + key));
        name.getStyleClass().add("muted");
        name.setMinWidth(Region.USE_PREF_SIZE);
        Label amount = new Label(value);
        amount.getStyleClass().add(style);
        amount.setWrapText(true);
        grid.addRow(grid.getRowCount(), name, amount);
    }

    private Label note(String key) {
        Label note = new Label(texts.get(key));
        note.getStyleClass().addAll("small", "muted");
        note.setWrapText(true);
        return note;
    }
}
