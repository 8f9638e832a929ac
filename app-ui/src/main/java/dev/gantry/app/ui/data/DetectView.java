package dev.gantry.app.ui.data;

import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.data.example.DataFormat;
import java.util.Locale;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.VBox;

/// What kind of file it is, in words, beside its first rows as conversations.
final class DetectView extends VBox {
    private final Texts texts;
    private final GridPane facts = new GridPane();
    private final BubbleList bubbles;
    private int lines;

    DetectView(Texts texts, DataViewModel model) {
        this.texts = texts;
        bubbles = new BubbleList(texts);
        facts.getStyleClass().add("facts");
        getChildren()
                .add(Cards.pair(
                        Cards.of(texts.get("data.found"), facts), Cards.of(texts.get("data.preview"), bubbles)));
        model.lookProperty().subscribe(look -> {
            if (look != null) {
                show(look);
            }
        });
    }

    private void show(FirstLook look) {
        facts.getChildren().clear();
        lines = 0;
        var format = look.format();
        add(
                "data.fact.file",
                texts.format(
                        "data.kind",
                        texts.get("data.kind." + look.source().kind().name().toLowerCase(Locale.ROOT)),
                        texts.numbers().bytes(look.bytes())));
        add("data.fact.format", texts.get(format == null ? "data.format.unknown" : key(format.format())));
        if (format != null) {
            add("data.fact.means", texts.get(key(format.format()) + ".text"));
            format.parts().forEach((part, field) -> addPart(part, field));
        }
        bubbles.show(look.examples());
    }

    private static String key(DataFormat format) {
        return "data.format." + format.name().toLowerCase(Locale.ROOT);
    }

    private void addPart(String part, String field) {
        String key = "data.part." + part;
        add(texts.has(key) ? key : "data.part.other", texts.format("data.part.from", field));
    }

    private void add(String key, String value) {
        Label name = new Label(texts.get(key));
        name.getStyleClass().add("muted");
        name.setMinWidth(USE_PREF_SIZE);
        Label text = new Label(value);
        text.setWrapText(true);
        facts.addRow(lines++, name, text);
    }
}
