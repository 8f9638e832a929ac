package dev.gantry.app.ui.chat;

import dev.gantry.app.ui.chat.Verdicts.Standing;
import dev.gantry.app.ui.text.Texts;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.FlowPane;

/// Asks which of the answers side by side is better.
final class VerdictBar {
    private static final int NAME_CHARACTERS = 16;

    private final Texts texts;
    private final ChatViewModel chat;
    private final Verdicts verdicts;
    private final FlowPane root = new FlowPane();

    VerdictBar(Texts texts, ChatViewModel chat, Verdicts verdicts) {
        this.texts = texts;
        this.chat = chat;
        this.verdicts = verdicts;
        root.getStyleClass().add("verdict");
        root.visibleProperty().bind(verdicts.standingProperty().isNotEqualTo(Standing.NONE));
        root.managedProperty().bind(root.visibleProperty());
        verdicts.standingProperty().subscribe(this::fill);
    }

    private void fill(Standing standing) {
        root.getChildren().clear();
        Label words = new Label(texts.get(standing == Standing.SAME ? "chat.verdict.same" : "chat.verdict"));
        words.getStyleClass().add("strong");
        root.getChildren().add(words);
        if (standing != Standing.DIFFERENT) {
            return;
        }
        for (int i = 0; i < chat.lanes().all().size(); i++) {
            LaneViewModel lane = chat.lanes().all().get(i);
            var voice = lane.voiceProperty().get();
            String name = voice.isBase() ? texts.get("chat.voice.base") : voice.name();
            Button better = new Button(texts.format("chat.verdict.pick", i + 1, shortened(name)));
            better.setAccessibleText(texts.format("chat.verdict.pick", i + 1, name));
            better.setId("chat-better-" + (i + 1));
            better.setOnAction(_ -> verdicts.prefer(lane));
            root.getChildren().add(better);
        }
        Button skip = new Button(texts.get("chat.verdict.skip"));
        skip.getStyleClass().add("quiet");
        skip.setOnAction(_ -> verdicts.skip());
        root.getChildren().add(skip);
    }

    /// The columns above say the whole name.
    private static String shortened(String name) {
        return name.length() <= NAME_CHARACTERS ? name : name.substring(0, NAME_CHARACTERS - 1) + "…";
    }

    Parent root() {
        return root;
    }
}
