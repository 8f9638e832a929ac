package dev.gantry.app.ui.data;

import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.data.example.Example;
import java.util.List;
import java.util.Locale;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;

/// Examples as conversations.
final class BubbleList extends VBox {
    private static final int MOST_BUBBLES = 6;

    private final Texts texts;

    BubbleList(Texts texts) {
        this.texts = texts;
        getStyleClass().add("bubbles");
    }

    void show(List<Example> examples) {
        getChildren().clear();
        if (examples.isEmpty()) {
            Label none = new Label(texts.get("data.no-examples"));
            none.getStyleClass().add("muted");
            none.setWrapText(true);
            getChildren().add(none);
        }
        for (int i = 0; i < examples.size(); i++) {
            Label number = new Label(texts.format("data.example", i + 1));
            number.getStyleClass().addAll("small", "muted", "example-number");
            getChildren().add(number);
            List<Bubble> bubbles = Bubble.of(examples.get(i));
            bubbles.stream().limit(MOST_BUBBLES).map(this::bubble).forEach(getChildren()::add);
            if (bubbles.size() > MOST_BUBBLES) {
                Label more = new Label(texts.format("data.more-turns", bubbles.size() - MOST_BUBBLES));
                more.getStyleClass().addAll("small", "muted");
                getChildren().add(more);
            }
        }
    }

    private VBox bubble(Bubble bubble) {
        String key = bubble.speaker().name().toLowerCase(Locale.ROOT);
        Label speaker = new Label(texts.get("data.speaker." + key));
        speaker.getStyleClass().addAll("small", "muted");
        Label text = new Label(bubble.text().strip());
        text.setWrapText(true);
        text.getStyleClass().add("bubble");
        VBox said = new VBox(speaker, text);
        said.getStyleClass().addAll("said", key);
        return said;
    }
}
