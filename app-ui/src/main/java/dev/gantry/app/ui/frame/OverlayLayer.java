package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.control.ErrorCard;
import dev.gantry.app.ui.shell.Action;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.HostSystem;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.app.ui.text.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// Shows what lies over the whole window; the rest takes no input meanwhile, and gets its focus back afterwards.
final class OverlayLayer {
    private static final String MARKING = "marking";

    private final Texts texts;
    private final StackPane layer;
    private final Region behind;
    private final NoticeCenter notices;
    private final HostSystem host;
    private final Supplier<List<Action>> commands;
    private final Marks marks;
    private @Nullable Node focusBefore;

    OverlayLayer(
            Texts texts,
            StackPane layer,
            Region behind,
            NoticeCenter notices,
            HostSystem host,
            Supplier<List<Action>> commands) {
        this.texts = texts;
        this.layer = layer;
        this.behind = behind;
        this.notices = notices;
        this.host = host;
        this.commands = commands;
        this.marks = new Marks(texts, layer, behind, notices);
    }

    void listen() {
        notices.overlayProperty().subscribe(this::show);
        layer.addEventFilter(KeyEvent.KEY_PRESSED, key -> {
            if (key.getCode() == KeyCode.ESCAPE) {
                notices.closeOverlay();
                key.consume();
            }
        });
        layer.setOnMouseClicked(click -> {
            boolean beside = layer.equals(click.getTarget());
            boolean mustBeAnswered = notices.overlayProperty().get() instanceof Overlay.Ask;
            if (beside && !mustBeAnswered) {
                notices.closeOverlay();
            }
        });
    }

    private void show(@Nullable Overlay overlay) {
        if (overlay == null) {
            marks.clear();
            layer.getChildren().clear();
            layer.setVisible(false);
            behind.setDisable(false);
            if (focusBefore != null) {
                focusBefore.requestFocus();
            }
            return;
        }
        if (!behind.isDisabled() && layer.getScene() != null) {
            focusBefore = layer.getScene().getFocusOwner();
        }
        behind.setDisable(true);
        layer.setVisible(true);
        Region card = card(overlay);
        layer.getChildren().setAll(card);
        StackPane.setAlignment(card, overlay instanceof Overlay.Palette ? Pos.TOP_CENTER : Pos.CENTER);
        marks.clear();
        layer.getStyleClass().remove(MARKING);
        if (overlay instanceof Overlay.Mark(int number)) {
            layer.getStyleClass().add(MARKING);
            marks.place(card, number);
        }
        Node field = card.lookup(".text-field");
        Node first = field == null ? card.lookup(".button") : field;
        if (first != null) {
            first.requestFocus();
        }
    }

    private Region card(Overlay overlay) {
        return switch (overlay) {
            case Overlay.Ask ask -> question(ask.question());
            case Overlay.Failed failed -> failure(failed);
            case Overlay.Palette palette ->
                new PaletteView(texts, new PaletteViewModel(commands.get()), notices::closeOverlay).root();
            case Overlay.Mark(int number) -> marks.card(number);
            case Overlay.Help help -> question(new Question(help.title(), help.text(), List.of(done())));
        };
    }

    private Choice done() {
        return new Choice(texts.get("frame.close"), () -> {});
    }

    private Region failure(Overlay.Failed failed) {
        List<Choice> choices = new ArrayList<>();
        failed.fixes().forEach(fix -> choices.add(closing(fix)));
        choices.add(closing(done()));
        return sized(new ErrorCard(texts, failed.failure(), choices, host::copy));
    }

    private Choice closing(Choice choice) {
        return new Choice(choice.text(), () -> {
            notices.closeOverlay();
            choice.action().run();
        });
    }

    private Region question(Question question) {
        Label title = new Label(question.title());
        title.getStyleClass().add("title");
        title.setWrapText(true);
        Label text = new Label(question.text());
        text.setWrapText(true);
        FlowPane buttons = new FlowPane();
        buttons.getStyleClass().add("error-buttons");
        for (Choice choice : question.choices()) {
            Button button = new Button(choice.text());
            button.getStyleClass().add(buttons.getChildren().isEmpty() ? "primary" : "secondary");
            button.setOnAction(event -> closing(choice).action().run());
            buttons.getChildren().add(button);
        }
        VBox card = new VBox(title, text, buttons);
        card.getStyleClass().addAll("card", "question");
        return sized(card);
    }

    private static Region sized(Region card) {
        card.setMaxHeight(Region.USE_PREF_SIZE);
        card.getStyleClass().add("overlay-card");
        return card;
    }
}
