package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.text.Texts;
import java.util.List;
import javafx.css.PseudoClass;
import javafx.geometry.Bounds;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// Five short pointers at the entries of the rail that lead from a model to an answer, one at a time.
final class Marks {
    /// The way through the program.
    static final List<ScreenName> SCREENS =
            List.of(ScreenName.MODELS, ScreenName.DATA, ScreenName.TRAIN, ScreenName.RUNS, ScreenName.CHAT);

    private static final PseudoClass MARKED = PseudoClass.getPseudoClass("marked");
    private static final double GAP = 12;

    private final Texts texts;
    private final StackPane layer;
    private final Region behind;
    private final NoticeCenter notices;
    private @Nullable Node marked;

    Marks(Texts texts, StackPane layer, Region behind, NoticeCenter notices) {
        this.texts = texts;
        this.layer = layer;
        this.behind = behind;
        this.notices = notices;
    }

    /// The words of a mark, and the way to the next; Escape skips, too.
    Region card(int number) {
        Label at = new Label(texts.format("frame.marks.at", number + 1, SCREENS.size()));
        at.getStyleClass().addAll("muted", "small");
        Label words = new Label(texts.get("frame.marks." + SCREENS.get(number).key()));
        words.setWrapText(true);
        boolean last = number == SCREENS.size() - 1;
        Button next = new Button(texts.get(last ? "frame.marks.done" : "frame.marks.next"));
        next.setId("mark-next");
        next.getStyleClass().add("primary");
        next.setOnAction(event -> {
            if (last) {
                notices.closeOverlay();
            } else {
                notices.show(new Overlay.Mark(number + 1));
            }
        });
        FlowPane buttons = new FlowPane(next);
        buttons.getStyleClass().add("error-buttons");
        if (!last) {
            Button skip = new Button(texts.get("frame.marks.skip"));
            skip.getStyleClass().add("quiet");
            skip.setOnAction(event -> notices.closeOverlay());
            buttons.getChildren().add(skip);
        }
        VBox card = new VBox(at, words, buttons);
        card.getStyleClass().addAll("card", "question", "mark");
        card.setMaxHeight(Region.USE_PREF_SIZE);
        return card;
    }

    /// Puts a card beside what it points at, which is shown marked.
    void place(Region card, int number) {
        Node target = behind.lookup("#rail-" + SCREENS.get(number).key());
        if (target == null) {
            return;
        }
        marked = target;
        target.pseudoClassStateChanged(MARKED, true);
        Bounds at = boundsOf(target);
        Node rail = behind.lookup(".rail-scroll");
        // its scroll bar is not covered
        double right =
                Math.max(at.getMaxX() + GAP, rail == null ? 0 : boundsOf(rail).getMaxX());
        Insets inside = layer.getInsets();
        StackPane.setAlignment(card, Pos.TOP_LEFT);
        StackPane.setMargin(card, new Insets(at.getMinY() - inside.getTop(), 0, 0, right - inside.getLeft()));
    }

    private Bounds boundsOf(Node node) {
        return layer.sceneToLocal(node.localToScene(node.getBoundsInLocal()));
    }

    void clear() {
        if (marked != null) {
            marked.pseudoClassStateChanged(MARKED, false);
            marked = null;
        }
    }
}
