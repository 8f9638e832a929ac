package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.Voice;
import dev.gantry.app.ui.control.ShownAs;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import java.util.List;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;

/// A column: who answers, how strongly its adapter counts, and what was said.
final class LaneView implements AutoCloseable {
    private static final double STRONGEST = 1.5;
    private static final double STRENGTH_STEP = 0.05;

    private final ChatViewModel chat;
    private final LaneViewModel lane;
    private final Texts texts;
    private final TranscriptList transcript;
    private final VBox root;
    private Subscription watching = Subscription.EMPTY;

    LaneView(ChatViewModel chat, ChatActions actions, LaneViewModel lane) {
        this.chat = chat;
        this.lane = lane;
        this.texts = chat.services().texts();
        this.transcript = new TranscriptList(texts, lane, new TranscriptNodes(chat, actions, lane));
        HBox head = new HBox(voiceChoice(), strength(), closeButton());
        head.getStyleClass().add("lane-head");
        VBox.setVgrow(transcript.root(), Priority.ALWAYS);
        root = new VBox(head, transcript.root());
        root.getStyleClass().add("lane");
        root.setMinWidth(0);
        HBox.setHgrow(root, Priority.ALWAYS);
    }

    private ComboBox<Voice> voiceChoice() {
        ComboBox<Voice> choice = new ComboBox<>();
        choice.setAccessibleText(texts.get("chat.voice"));
        choice.setAccessibleHelp(texts.get("chat.voice.help"));
        choice.setConverter(new ShownAs<>(this::name));
        choice.setMinWidth(0);
        choice.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(choice, Priority.ALWAYS);
        watching = watching.and(chat.models().voices().subscribe(() -> fill(choice)));
        fill(choice);
        choice.setOnAction(_ -> {
            Voice chosen = choice.getValue();
            if (chosen != null) {
                lane.voiceProperty().set(chosen);
            }
        });
        choice.disableProperty().bind(lane.answeringProperty());
        return choice;
    }

    private String name(Voice voice) {
        return voice.isBase() ? texts.get("chat.voice.base") : voice.name();
    }

    /// What can be chosen, and what is chosen even where it is no longer there.
    private void fill(ComboBox<Voice> choice) {
        Voice now = lane.voiceProperty().get();
        List<Voice> all = chat.models().voices();
        choice.getItems().setAll(all);
        if (!all.contains(now)) {
            choice.getItems().add(now);
        }
        choice.setValue(now);
    }

    private HBox strength() {
        Label value = new Label();
        value.getStyleClass().addAll("small", "strength-value");
        Slider slider = new Slider(0, STRONGEST, lane.strengthProperty().get());
        slider.setBlockIncrement(STRENGTH_STEP);
        slider.setAccessibleText(texts.get("chat.strength"));
        slider.setAccessibleHelp(texts.get("chat.strength.help"));
        slider.setTooltip(new Tooltip(texts.get("chat.strength.help")));
        slider.valueProperty().subscribe(now -> {
            double rounded = Math.round(now.doubleValue() / STRENGTH_STEP) * STRENGTH_STEP;
            lane.strengthProperty().set((float) rounded);
            value.setText(texts.format("chat.strength.value", texts.numbers().decimal(rounded, 2)));
        });
        slider.disableProperty().bind(lane.answeringProperty());
        HBox row = new HBox(slider, value);
        row.getStyleClass().add("strength");
        row.setMinWidth(0);
        row.visibleProperty().bind(lane.voiceProperty().map(voice -> !isBase(voice)));
        row.managedProperty().bind(row.visibleProperty());
        return row;
    }

    private static boolean isBase(@Nullable Voice voice) {
        return voice == null || voice.isBase();
    }

    private Button closeButton() {
        Button close = new Button(texts.get("chat.remove-lane"), new IconView(Icon.CLOSE));
        close.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        close.getStyleClass().addAll("quiet", "icon-only");
        close.setTooltip(new Tooltip(texts.get("chat.remove-lane")));
        close.setOnAction(_ -> chat.lanes().remove(lane));
        Runnable look = () -> {
            close.setVisible(chat.lanes().all().size() > 1);
            close.setManaged(chat.lanes().all().size() > 1);
        };
        watching = watching.and(chat.lanes().all().subscribe(look));
        look.run();
        return close;
    }

    LaneViewModel lane() {
        return lane;
    }

    TranscriptList transcript() {
        return transcript;
    }

    Parent root() {
        return root;
    }

    /// The column is shown no longer.
    @Override
    public void close() {
        watching.unsubscribe();
        transcript.close();
    }
}
