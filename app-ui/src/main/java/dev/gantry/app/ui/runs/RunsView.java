package dev.gantry.app.ui.runs;

import dev.gantry.app.ui.control.EmptyState;
import dev.gantry.app.ui.control.Narrow;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import java.nio.file.Path;
import java.util.Objects;
import javafx.beans.binding.Bindings;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The Runs screen: the list, and the chosen run.
final class RunsView {
    /// What the list and a run would like to have side by side, in letters of the size of a title.
    private static final double ROOMY_EM = 47;

    private final Services services;
    private final RunsViewModel model;
    private final RunHead head;
    private final Parent root;
    private boolean following;

    @FXML
    private EmptyState nothing;

    @FXML
    private HBox all;

    @FXML
    private Button teach;

    @FXML
    private ListView<RunLine> list;

    @FXML
    private StackPane detail;

    @FXML
    private Label name;

    @FXML
    private Label status;

    @FXML
    private Label reason;

    @FXML
    private FlowPane buttons;

    @FXML
    private VBox single;

    @FXML
    private Label tickHint;

    @FXML
    private TabPane tabs;

    @FXML
    private Tab overviewTab;

    @FXML
    private Tab samplesTab;

    @FXML
    private Tab filesTab;

    @FXML
    private TextArea log;

    @FXML
    private TextArea settings;

    RunsView(Services services, RunsViewModel model) {
        this.services = services;
        this.model = model;
        this.head = new RunHead(services.texts(), model);
        this.root = Fxml.load(this, services.texts());
        Narrow.watch((Region) root, name.fontProperty(), ROOMY_EM);
    }

    @FXML
    void initialize() {
        shownWhen(teach, model.actions().has(ScreenName.TRAIN));
        head.fill(buttons);
        nothing.visibleProperty().bind(Bindings.isEmpty(model.lines()));
        all.visibleProperty().bind(Bindings.isNotEmpty(model.lines()));
        overviewTab.setContent(new RunOverview(services, model).root());
        samplesTab.setContent(new SamplesPane(services.texts(), model).root());
        filesTab.setContent(new FilesPane(services.texts(), model).root());
        Parent compare = new ComparePane(services, model.compared()).root();
        detail.getChildren().add(compare);
        compare.visibleProperty().bind(model.compared().comparisonProperty().isNotNull());
        single.visibleProperty().bind(model.compared().comparisonProperty().isNull());
        tickHint.textProperty()
                .bind(model.compared()
                        .ticksProperty()
                        .map(ticks -> services.texts()
                                .get(ticks.intValue() == 1 ? "runs.compare.one" : "runs.compare.hint")));
        tickHint.visibleProperty().bind(Bindings.size(model.lines()).greaterThan(1));
        tickHint.managedProperty().bind(tickHint.visibleProperty());
        list.setItems(model.lines());
        list.setCellFactory(_ -> new RunCell(services.texts(), services.theme(), model.compared()::tick));
        list.addEventFilter(KeyEvent.KEY_PRESSED, this::key);
        list.getSelectionModel().selectedItemProperty().subscribe(this::chosen);
        model.lines().subscribe(this::keepSelection);
        model.detailProperty().subscribe(this::show);
    }

    /// The space bar ticks the run that has the focus.
    private void key(KeyEvent key) {
        RunLine line = list.getFocusModel().getFocusedItem();
        if (key.getCode() == KeyCode.SPACE && line != null) {
            model.compared().tick(line.run());
            key.consume();
        }
    }

    private void chosen(@Nullable RunLine line) {
        if (line != null && !following) {
            model.choose(line.run());
        }
    }

    /// The selection is of a run, not of a place in the list.
    private void keepSelection() {
        Path chosen = model.chosen();
        RunDetail shown = model.detailProperty().get();
        if (chosen != null) {
            select(chosen);
        } else if (shown != null) {
            select(shown.run().run());
        }
    }

    private void select(Path run) {
        RunLine selected = list.getSelectionModel().getSelectedItem();
        if (selected != null && selected.run().equals(run)) {
            return;
        }
        following = true;
        for (int i = 0; i < model.lines().size(); i++) {
            if (model.lines().get(i).run().equals(run)) {
                list.getSelectionModel().clearAndSelect(i);
            }
        }
        following = false;
    }

    private void show(@Nullable RunDetail shown) {
        detail.setVisible(shown != null);
        if (shown == null) {
            return;
        }
        keepSelection();
        name.setText(shown.run().name());
        status.setText(shown.status());
        status.getStyleClass().setAll("label", "pill", RunWords.mark(shown.run().status()));
        reason.setText(shown.reason());
        shownWhen(reason, !shown.reason().isEmpty());
        head.show(shown);
        if (!Objects.equals(log.getText(), shown.log())) {
            log.setText(shown.log());
            log.setScrollTop(Double.MAX_VALUE);
        }
        if (!Objects.equals(settings.getText(), shown.settings())) {
            settings.setText(shown.settings());
        }
    }

    private static void shownWhen(Node node, boolean shown) {
        node.setVisible(shown);
        node.setManaged(shown);
    }

    @FXML
    void teach() {
        model.actions().teach();
    }

    /// Ticks the first runs of the list.
    void compareFirst() {
        model.compared().tickNone();
        model.lines().stream().limit(2).map(RunLine::run).toList().forEach(model.compared()::tick);
    }

    void showTab(int index) {
        model.compared().tickNone();
        tabs.getSelectionModel().select(index);
    }

    Parent root() {
        return root;
    }
}
