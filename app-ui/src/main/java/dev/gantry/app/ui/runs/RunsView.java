package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunStatus;
import dev.gantry.app.ui.control.EmptyState;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.lora.run.RunCommand;
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
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/// The Runs screen: the list, and the chosen run.
final class RunsView {
    private final Services services;
    private final RunsViewModel model;
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
    private Button pause;

    @FXML
    private Button goOn;

    @FXML
    private Button stop;

    @FXML
    private Button sample;

    @FXML
    private Button save;

    @FXML
    private Button resume;

    @FXML
    private Button compare;

    @FXML
    private Button delete;

    @FXML
    private TabPane tabs;

    @FXML
    private Tab overviewTab;

    @FXML
    private Tab samplesTab;

    @FXML
    private TextArea log;

    @FXML
    private TextArea settings;

    RunsView(Services services, RunsViewModel model) {
        this.services = services;
        this.model = model;
        this.root = Fxml.load(this, services.texts());
    }

    @FXML
    void initialize() {
        shownWhen(teach, model.has(ScreenName.TRAIN));
        nothing.visibleProperty().bind(Bindings.isEmpty(model.lines()));
        all.visibleProperty().bind(Bindings.isNotEmpty(model.lines()));
        overviewTab.setContent(new RunOverview(services, model).root());
        samplesTab.setContent(new SamplesPane(services.texts(), model).root());
        list.setItems(model.lines());
        list.setCellFactory(_ -> new RunCell(services.theme()));
        list.getSelectionModel().selectedItemProperty().subscribe(this::chosen);
        model.lines().subscribe(this::keepSelection);
        model.detailProperty().subscribe(this::show);
    }

    private void chosen(@Nullable RunLine line) {
        if (line != null && !following) {
            model.choose(line.run());
        }
    }

    /// The selection is of a run, not of a place in the list.
    private void keepSelection() {
        RunDetail shown = model.detailProperty().get();
        if (shown != null) {
            select(shown.run().run());
        }
    }

    private void select(Path run) {
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
        RunLine selected = list.getSelectionModel().getSelectedItem();
        if (selected == null || !selected.run().equals(shown.run().run())) {
            select(shown.run().run());
        }
        RunStatus now = shown.run().status();
        name.setText(shown.run().name());
        status.setText(shown.status());
        status.getStyleClass().setAll("label", "pill", RunWords.mark(now));
        reason.setText(shown.reason());
        shownWhen(reason, !shown.reason().isEmpty());
        buttons(now);
        if (!Objects.equals(log.getText(), shown.log())) {
            log.setText(shown.log());
            log.setScrollTop(Double.MAX_VALUE);
        }
        if (!Objects.equals(settings.getText(), shown.settings())) {
            settings.setText(shown.settings());
        }
    }

    private void buttons(RunStatus now) {
        boolean steps = now == RunStatus.TRAINING || now == RunStatus.PAUSED;
        shownWhen(pause, now == RunStatus.TRAINING);
        shownWhen(goOn, now == RunStatus.PAUSED);
        shownWhen(stop, now.isAlive());
        shownWhen(sample, steps);
        shownWhen(save, steps);
        shownWhen(resume, RunsViewModel.canResume(now));
        shownWhen(compare, model.has(ScreenName.CHAT) && now != RunStatus.WAITING && now != RunStatus.PREPARING);
        shownWhen(delete, !now.isAlive());
    }

    private static void shownWhen(Node node, boolean shown) {
        node.setVisible(shown);
        node.setManaged(shown);
    }

    @FXML
    void pause() {
        model.tell(RunCommand.PAUSE);
    }

    @FXML
    void goOn() {
        model.tell(RunCommand.RESUME);
    }

    @FXML
    void stop() {
        model.tell(RunCommand.STOP);
    }

    @FXML
    void sample() {
        model.tell(RunCommand.SAMPLE);
    }

    @FXML
    void save() {
        model.tell(RunCommand.SAVE);
    }

    @FXML
    void resume() {
        model.resume();
    }

    @FXML
    void compare() {
        model.compare();
    }

    @FXML
    void openFolder() {
        model.openFolder();
    }

    @FXML
    void delete() {
        model.delete();
    }

    @FXML
    void teach() {
        model.teach();
    }

    void showTab(int index) {
        tabs.getSelectionModel().select(index);
    }

    Parent root() {
        return root;
    }
}
