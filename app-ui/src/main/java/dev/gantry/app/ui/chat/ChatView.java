package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.VoiceShelf.Base;
import dev.gantry.app.ui.control.EmptyState;
import dev.gantry.app.ui.control.ErrorCard;
import dev.gantry.app.ui.control.ShownAs;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javafx.collections.ListChangeListener;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The Chat screen: past chats, the columns of those who answer, and how answers are drawn.
final class ChatView implements AutoCloseable {
    /// Narrower than this, in em, the panel at the right is folded; the user may unfold it.
    private static final double ROOMY_EMS = 62;
    /// Narrower than this, that at the left is folded too.
    private static final double NARROW_EMS = 46;

    /// A column that has another one at its left.
    private static final PseudoClass BESIDE = PseudoClass.getPseudoClass("beside");

    private final Services services;
    private final Texts texts;
    private final ChatViewModel chat;
    private final ChatFiles files;
    private final Verdicts verdicts;
    private final Composer composer;
    private final List<LaneView> columns = new ArrayList<>();
    private final Parent root;
    /// How many there is room for.
    private int panels = 2;

    @FXML
    private HBox all;

    @FXML
    private VBox centre;

    @FXML
    private ToggleButton historyShown;

    @FXML
    private ToggleButton optionsShown;

    @FXML
    private ComboBox<Base> models;

    @FXML
    private Button compare;

    @FXML
    private MenuItem rename;

    @FXML
    private MenuItem exportMarkdown;

    @FXML
    private MenuItem exportRows;

    @FXML
    private MenuItem eject;

    @FXML
    private StackPane failure;

    @FXML
    private HBox lanes;

    @FXML
    private EmptyState empty;

    @FXML
    private Button starter;

    @FXML
    private Button addModel;

    @FXML
    private FlowPane suggestions;

    ChatView(Services services, ChatViewModel chat, ChatFiles files, Verdicts verdicts) {
        this.services = services;
        this.texts = services.texts();
        this.chat = chat;
        this.files = files;
        this.verdicts = verdicts;
        this.composer = new Composer(texts, chat);
        this.root = Fxml.load(this, texts);
        root.setOnKeyPressed(this::key);
    }

    @FXML
    void initialize() {
        HistoryPane past = new HistoryPane(texts, chat);
        Parent history = past.root();
        Parent options = new OptionsPane(texts, chat.options()).root();
        all.getChildren().addFirst(history);
        all.getChildren().add(options);
        shownBy(historyShown, history);
        shownBy(optionsShown, options);
        all.widthProperty().subscribe(this::foldWhenNarrow);
        optionsShown.fontProperty().subscribe(this::foldWhenNarrow);
        centre.getChildren().addAll(new VerdictBar(texts, chat, verdicts).root(), composer.root());
        fillModels();
        compare.setOnAction(_ -> compare());
        rename.setOnAction(_ -> {
            historyShown.setSelected(true);
            past.rename();
        });
        exportMarkdown.setOnAction(_ -> files.exportMarkdown());
        exportRows.setOnAction(_ -> files.exportRows());
        eject.setOnAction(_ -> chat.models().eject());
        eject.disableProperty().bind(chat.models().contextTokensProperty().isEqualTo(0));
        addSuggestions();
        starter.setOnAction(_ -> chat.models().takeStarter());
        addModel.setOnAction(_ -> services.navigation().go(ScreenName.MODELS));
        chat.models().failureProperty().subscribe(this::show);
        chat.lanes().all().addListener(this::lanesChanged);
        rebuildLanes();
        chat.models().baseProperty().subscribe(_ -> showEmptiness());
        chat.models().readProperty().subscribe(_ -> showEmptiness());
    }

    private static void shownBy(ToggleButton button, Node panel) {
        panel.visibleProperty().bind(button.selectedProperty());
        panel.managedProperty().bind(button.selectedProperty());
    }

    /// Folds or unfolds when the room changes its kind, and not against the user's wish in between.
    private void foldWhenNarrow() {
        double ems = all.getWidth() / optionsShown.getFont().getSize();
        int now = ems < NARROW_EMS ? 0 : ems < ROOMY_EMS ? 1 : 2;
        if (all.getWidth() > 0 && now != panels) {
            panels = now;
            historyShown.setSelected(now > 0);
            optionsShown.setSelected(now > 1);
            Node picture = empty.getActions().getFirst();
            picture.setVisible(now > 0);
            picture.setManaged(now > 0);
        }
    }

    private void fillModels() {
        models.setItems(chat.models().bases());
        models.setConverter(new ShownAs<>(Base::name, () -> texts.get("chat.model.none")));
        chat.models().baseProperty().subscribe(now -> {
            if (!Objects.equals(models.getValue(), now)) {
                models.setValue(now);
            }
        });
        models.setOnAction(_ -> {
            Base chosen = models.getValue();
            if (chosen != null && !chosen.equals(chat.models().baseProperty().get())) {
                chat.models().baseProperty().set(chosen);
                chat.models().load();
            }
        });
        models.disableProperty().bind(chat.lanes().answeringProperty());
    }

    private void compare() {
        chat.lanes().add();
        optionsShown.setSelected(false);
    }

    private void lanesChanged(ListChangeListener.Change<? extends LaneViewModel> change) {
        boolean others = false;
        while (change.next()) {
            others |= change.wasAdded() || change.wasRemoved();
        }
        if (others) {
            rebuildLanes();
        }
        showEmptiness();
    }

    /// Keeps the columns of lanes that stay.
    private void rebuildLanes() {
        List<LaneView> kept = columns.stream()
                .filter(column -> chat.lanes().all().contains(column.lane()))
                .toList();
        columns.stream().filter(column -> !kept.contains(column)).forEach(LaneView::close);
        columns.clear();
        for (LaneViewModel lane : chat.lanes().all()) {
            columns.add(kept.stream()
                    .filter(column -> column.lane().equals(lane))
                    .findFirst()
                    .orElseGet(
                            () -> new LaneView(chat, new ChatActions(files, verdicts, chat.questions()::edit), lane)));
        }
        lanes.getChildren().setAll(columns.stream().map(LaneView::root).toList());
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).root().pseudoClassStateChanged(BESIDE, i > 0);
        }
        compare.setDisable(chat.lanes().all().size() == Lanes.MOST);
        showEmptiness();
    }

    /// Before anything is said, the middle says what to do.
    private void showEmptiness() {
        boolean nothingSaid = chat.session().isEmpty();
        boolean noModel = chat.models().baseProperty().get() == null;
        empty.setVisible(nothingSaid && chat.models().readProperty().get());
        String key = noModel ? "chat.empty.no-model" : chat.models().isStarter() ? "chat.empty.starter" : "chat.empty";
        empty.setSentence(texts.format(key, chat.models().baseName()));
        for (Button button : List.of(starter, addModel)) {
            button.setVisible(noModel);
            button.setManaged(noModel);
        }
        suggestions.setVisible(!noModel);
        suggestions.setManaged(!noModel);
    }

    /// Questions that are asked with a press, for those who do not know what to ask.
    private void addSuggestions() {
        for (String key : List.of("chat.try.who", "chat.try.story", "chat.try.plan")) {
            Button ask = new Button(texts.get(key));
            ask.setOnAction(_ -> {
                chat.questions().draftProperty().set(texts.get(key));
                chat.questions().send();
            });
            suggestions.getChildren().add(ask);
        }
    }

    private void show(@Nullable GantryException problem) {
        failure.setManaged(problem != null);
        failure.setVisible(problem != null);
        failure.getChildren().clear();
        if (problem != null) {
            Choice again =
                    new Choice(texts.get("chat.again"), () -> chat.models().load());
            failure.getChildren().add(new ErrorCard(texts, problem, List.of(again), services.host()::copy));
        }
    }

    /// The chat is shown here no longer.
    @Override
    public void close() {
        columns.forEach(LaneView::close);
    }

    void focusComposer() {
        composer.focus();
    }

    private void key(KeyEvent event) {
        if (event.getCode() == KeyCode.ESCAPE
                && chat.lanes().answeringProperty().get()) {
            chat.lanes().stop();
            event.consume();
        }
    }

    Parent root() {
        return root;
    }
}
