package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.control.Narrow;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Action;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.HostSystem;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.WindowStatus;
import dev.gantry.app.ui.shell.WindowStatus.Pill;
import dev.gantry.app.ui.task.BackgroundTasks;
import dev.gantry.app.ui.text.Texts;
import java.util.ArrayList;
import java.util.List;
import javafx.application.Platform;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.TraversalDirection;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The window around the screens.
public final class FrameView {
    /// Where the top bar is narrower, what the window is busy with comes before the words of the search.
    private static final double ROOM_FOR_WORDS_EM = 52;

    private final Texts texts;
    private final FrameViewModel model;
    private final NoticeCenter notices;
    private final WindowStatus status;
    private final LoadViewModel load;
    private final BackgroundTasks tasks;
    private final HostSystem host;
    private final ScreenDeck deck;
    private final Parent root;

    @FXML
    private BorderPane main;

    @FXML
    private VBox rail;

    @FXML
    private Label brandName;

    @FXML
    private HBox bar;

    @FXML
    private Label title;

    @FXML
    private Button modelPill;

    @FXML
    private Button runPill;

    @FXML
    private Button servingPill;

    @FXML
    private Button search;

    @FXML
    private Label offline;

    @FXML
    private StackPane content;

    @FXML
    private HBox strip;

    @FXML
    private VBox toasts;

    @FXML
    private StackPane overlay;

    public FrameView(
            Texts texts,
            FrameViewModel model,
            NoticeCenter notices,
            WindowStatus status,
            LoadViewModel load,
            BackgroundTasks tasks,
            HostSystem host,
            ScreenDeck deck) {
        this.texts = texts;
        this.model = model;
        this.notices = notices;
        this.status = status;
        this.load = load;
        this.tasks = tasks;
        this.host = host;
        this.deck = deck;
        this.root = Fxml.load(this, texts);
    }

    @FXML
    void initialize() {
        Rail.fill(rail, brandName, model);
        title.textProperty().bind(model.currentProperty().map(model::title));
        showPill(modelPill, status.modelProperty(), Icon.CHAT);
        showPill(runPill, status.runProperty(), Icon.RUNS);
        showPill(servingPill, status.servingProperty(), Icon.SERVE);
        search.setGraphic(new IconView(Icon.SEARCH));
        search.setOnAction(event -> notices.show(new Overlay.Palette()));
        BooleanBinding crowded = Bindings.or(
                modelPill.visibleProperty(), Bindings.or(runPill.visibleProperty(), servingPill.visibleProperty()));
        ReadOnlyBooleanProperty narrow = Narrow.watch(bar, search.fontProperty(), ROOM_FOR_WORDS_EM);
        search.contentDisplayProperty()
                .bind(Bindings.when(crowded.and(narrow))
                        .then(ContentDisplay.GRAPHIC_ONLY)
                        .otherwise(ContentDisplay.LEFT));
        offline.setGraphic(new IconView(Icon.OFFLINE));
        offline.textProperty()
                .bind(status.onlineProperty().map(now -> texts.get(now ? "frame.online" : "frame.offline")));
        offline.setTooltip(new Tooltip(texts.get("frame.offline.help")));
        LoadStrip.fill(strip, texts, load, tasks, () -> model.go(ScreenName.HARDWARE));
        ToastStack.fill(toasts, texts, notices);
        model.onShow(destination -> show(deck.show(destination)));
        new OverlayLayer(texts, overlay, main, notices, host, this::commands).listen();
    }

    private List<Action> commands() {
        List<Action> commands = new ArrayList<>(model.commands(deck.commands()));
        commands.add(new Action(texts.get("frame.marks"), () -> notices.show(new Overlay.Mark(0))));
        return commands;
    }

    /// Who was at work in one screen is at work in the next: the focus goes to its first control, not to the rail.
    private void show(Parent screen) {
        boolean fromContent = content.getScene() != null
                && isInContent(content.getScene().getFocusOwner())
                && !content.getChildren().contains(screen);
        content.getChildren().setAll(screen);
        if (fromContent) {
            content.requestFocus();
            Platform.runLater(this::focusFirst);
        }
    }

    private void focusFirst() {
        content.requestFocusTraversal(TraversalDirection.NEXT);
        if (content.getScene() != null && !isInContent(content.getScene().getFocusOwner())) {
            content.requestFocus(); // what the screen shows is still being read: not what lies beyond it
        }
    }

    private boolean isInContent(@Nullable Node node) {
        Node at = node;
        while (at != null && !at.equals(content)) {
            at = at.getParent();
        }
        return at != null;
    }

    private void showPill(Button button, ObjectProperty<@Nullable Pill> pill, Icon icon) {
        button.setGraphic(new IconView(icon));
        button.textProperty().bind(pill.map(Pill::text).orElse(""));
        button.visibleProperty().bind(pill.map(shown -> true).orElse(false));
        button.managedProperty().bind(button.visibleProperty());
        button.setOnAction(event -> {
            Pill shown = pill.get();
            if (shown != null) {
                model.go(shown.destination());
            }
        });
    }

    public Parent root() {
        return root;
    }
}
