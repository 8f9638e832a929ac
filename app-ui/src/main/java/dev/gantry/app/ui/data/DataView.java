package dev.gantry.app.ui.data;

import dev.gantry.app.ui.control.ErrorCard;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.HostSystem;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import java.io.File;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.DragEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/// The Data screen: the files known already, or one file in the four steps.
final class DataView {
    private static final List<String> PATTERNS =
            List.of("*.jsonl", "*.ndjson", "*.json", "*.csv", "*.tsv", "*.parquet", "*.txt", "*.md");

    private final Services services;
    private final Texts texts;
    private final DataViewModel model;
    private final Map<Step, Node> pages = new EnumMap<>(Step.class);
    private final Parent root;

    @FXML
    private ScrollPane shelf;

    @FXML
    private BorderPane wizard;

    @FXML
    private Label fileName;

    @FXML
    private HBox steps;

    @FXML
    private Button close;

    @FXML
    private ScrollPane scroll;

    @FXML
    private VBox content;

    @FXML
    private Button back;

    @FXML
    private Label obstacle;

    @FXML
    private Button next;

    DataView(Services services, DataViewModel model) {
        this.services = services;
        this.texts = services.texts();
        this.model = model;
        this.root = Fxml.load(this, texts);
        acceptDrops();
    }

    @FXML
    void initialize() {
        shelf.setContent(new ShelfView(texts, model.shelf(), this::choose));
        shelf.visibleProperty().bind(model.fileProperty().isNull());
        wizard.visibleProperty().bind(model.fileProperty().isNotNull());
        fileName.textProperty()
                .bind(model.fileProperty().map(file -> file.getFileName().toString()));
        for (Step step : Step.values()) {
            steps.getChildren().add(stepButton(step));
        }
        close.setOnAction(event -> model.close());
        back.visibleProperty().bind(model.stepProperty().isNotEqualTo(Step.DETECT));
        back.setOnAction(event -> model.back());
        obstacle.textProperty().bind(model.obstacleProperty());
        next.disableProperty().bind(model.obstacleProperty().isNotEmpty());
        next.textProperty()
                .bind(model.stepProperty().map(step -> texts.get(step == Step.SPLIT ? "data.finish" : "data.next")));
        next.setOnAction(event -> model.next());
        model.stepProperty().subscribe(step -> show());
        model.failureProperty().subscribe(failure -> show());
    }

    private ToggleButton stepButton(Step step) {
        ToggleButton button =
                new ToggleButton(texts.format("data.step", step.number(), texts.get("data.step." + step.key())));
        button.setId("data-step-" + step.key());
        button.setAccessibleHelp(texts.get("data.step." + step.key() + ".help"));
        button.setOnAction(event -> {
            model.go(step);
            button.setSelected(model.stepProperty().get() == step);
        });
        model.stepProperty().subscribe(now -> button.setSelected(now == step));
        button.disableProperty().bind(model.lookProperty().isNull());
        return button;
    }

    /// To the next step, where a file is open.
    void goOn() {
        if (model.fileProperty().get() != null) {
            model.next();
        }
    }

    private void show() {
        GantryException failure = model.failureProperty().get();
        if (failure != null) {
            content.getChildren()
                    .setAll(new ErrorCard(
                            texts,
                            failure,
                            List.of(new Choice(texts.get("data.choose-other"), this::choose)),
                            services.host()::copy));
            return;
        }
        content.getChildren().setAll(pages.computeIfAbsent(model.stepProperty().get(), this::page));
        scroll.setVvalue(0);
    }

    private Node page(Step step) {
        return switch (step) {
            case DETECT -> new DetectView(texts, model);
            case MAP -> new MapView(texts, model);
            case CHECK -> new CheckView(services, model);
            case SPLIT -> new SplitView(texts, model);
        };
    }

    /// Asks for a file.
    void choose() {
        services.host()
                .chooseFile(texts.get("data.choose"), new HostSystem.FileKind(texts.get("data.kinds"), PATTERNS))
                .ifPresent(model::open);
    }

    /// Takes a file that is dropped anywhere on the screen.
    private void acceptDrops() {
        root.setOnDragOver(event -> {
            if (event.getDragboard().hasFiles()) {
                event.acceptTransferModes(TransferMode.LINK, TransferMode.COPY);
            }
            event.consume();
        });
        root.setOnDragDropped(this::dropped);
    }

    private void dropped(DragEvent event) {
        List<File> files = event.getDragboard().getFiles();
        if (!files.isEmpty()) {
            model.open(Path.of(files.getFirst().getPath()));
        }
        event.setDropCompleted(!files.isEmpty());
        event.consume();
    }

    Parent root() {
        return root;
    }
}
