package dev.gantry.app.ui.export;

import dev.gantry.app.export.ExportKind;
import dev.gantry.app.export.Exportable;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.export.ExportEstimate;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import javafx.scene.AccessibleRole;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The formats side by side: those that can be had to choose from, the others with the reason why not.
final class ExportTiles {
    private final Texts texts;
    private final ExportWords words;
    private final ExportViewModel model;
    private final Map<ExportKind, Tile> tiles = new EnumMap<>(ExportKind.class);

    ExportTiles(Texts texts, ExportViewModel model) {
        this.texts = texts;
        this.words = new ExportWords(texts);
        this.model = model;
    }

    /// A tile that can be chosen, and where its size is written.
    private record Tile(ToggleButton button, Label size) {}

    void fill(FlowPane pane) {
        model.source().foundProperty().subscribe(found -> build(pane, found));
        model.previewProperty().subscribe(made -> show());
        model.kindProperty().subscribe(kind -> show());
    }

    private void build(FlowPane pane, @Nullable Exportable found) {
        pane.getChildren().clear();
        tiles.clear();
        if (found == null) {
            return;
        }
        for (ExportKind kind : ExportKind.values()) {
            pane.getChildren().add(found.kinds().contains(kind) ? choice(kind) : off(key(kind), words.without(kind)));
        }
        pane.getChildren().add(off("gguf", words.withoutGguf(found)));
        show();
    }

    private void show() {
        ExportPreview made = model.previewProperty().get();
        tiles.forEach((kind, tile) -> {
            ExportEstimate estimate = made == null ? null : made.estimates().get(kind);
            tile.size().setText(estimate == null ? "" : texts.numbers().bytes(estimate.bytes()));
            tile.button().setSelected(model.kindProperty().get() == kind);
        });
    }

    private static String key(ExportKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private ToggleButton choice(ExportKind kind) {
        Label size = new Label();
        size.getStyleClass().add("strong");
        ToggleButton button = new ToggleButton(null, inside(key(kind), icon(kind), size));
        button.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        button.setId("export-" + key(kind));
        button.setAccessibleText(texts.get("export." + key(kind)));
        button.setAccessibleHelp(texts.get("export." + key(kind) + ".help"));
        button.getStyleClass().add("export-tile");
        button.setOnAction(event -> {
            model.kindProperty().set(kind);
            button.setSelected(true);
        });
        tiles.put(kind, new Tile(button, size));
        return button;
    }

    private static Icon icon(ExportKind kind) {
        return switch (kind) {
            case ADAPTER -> Icon.BRANCH;
            case MERGED -> Icon.MODELS;
        };
    }

    private VBox off(String key, String reason) {
        Label why = new Label(reason);
        why.getStyleClass().addAll("small", "muted");
        why.setWrapText(true);
        VBox inside = inside(key, Icon.FILE, why);
        inside.getChildren().removeIf(part -> part.getStyleClass().contains("export-tile-help"));
        VBox tile = new VBox(inside);
        tile.getStyleClass().addAll("export-tile", "off");
        tile.setAccessibleRole(AccessibleRole.TEXT);
        tile.setAccessibleText(texts.get("export." + key) + ": " + reason);
        return tile;
    }

    private VBox inside(String key, Icon icon, Label below) {
        Label title = new Label(texts.get("export." + key), new IconView(icon));
        title.getStyleClass().add("heading");
        Label help = new Label(texts.get("export." + key + ".help"));
        help.getStyleClass().addAll("small", "muted", "export-tile-help");
        help.setWrapText(true);
        VBox inside = new VBox(title, help, below);
        inside.getStyleClass().add("inside");
        return inside;
    }
}
