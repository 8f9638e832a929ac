package dev.gantry.app.ui.data;

import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.data.MaskPreview;
import java.util.List;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;

/// The first rows as the model reads them, what is learned in colour.
final class MaskView extends VBox {
    private static final int MOST_CHARACTERS = 1500;

    private final VBox rows = new VBox();
    private final Texts texts;

    MaskView(Texts texts) {
        this.texts = texts;
        getStyleClass().add("mask");
        rows.getStyleClass().add("mask-rows");
        HBox key = new HBox(
                swatch("learned"),
                new Label(texts.get("data.mask.learned")),
                swatch("read"),
                new Label(texts.get("data.mask.read")));
        key.getStyleClass().add("mask-key");
        getChildren().addAll(key, rows);
    }

    private static Region swatch(String kind) {
        Region swatch = new Region();
        swatch.getStyleClass().addAll("swatch", kind);
        return swatch;
    }

    void show(List<MaskPreview> previews) {
        rows.getChildren().setAll(previews.stream().map(this::row).toList());
    }

    private TextFlow row(MaskPreview preview) {
        TextFlow flow = new TextFlow();
        flow.getStyleClass().add("mask-row");
        int shown = 0;
        StringBuilder learned = new StringBuilder();
        for (MaskPreview.Segment segment : preview.segments()) {
            String text = segment.text();
            boolean tooMuch = shown + text.length() > MOST_CHARACTERS;
            Text piece = new Text(tooMuch ? text.substring(0, MOST_CHARACTERS - shown) + "…" : text);
            boolean counts = segment.learning() == MaskPreview.Learning.LEARNED;
            piece.getStyleClass().addAll("mono", counts ? "learned" : "read");
            // not by colour alone
            piece.setUnderline(counts);
            flow.getChildren().add(piece);
            shown += text.length();
            if (counts) {
                learned.append(text);
            }
            if (tooMuch) {
                break;
            }
        }
        flow.setAccessibleText(texts.format("data.mask.row", learned.toString()));
        return flow;
    }
}
