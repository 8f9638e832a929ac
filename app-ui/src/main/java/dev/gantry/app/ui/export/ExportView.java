package dev.gantry.app.ui.export;

import dev.gantry.app.export.ExportCandidate;
import dev.gantry.app.export.ExportKind;
import dev.gantry.app.ui.control.EmptyState;
import dev.gantry.app.ui.control.ErrorCard;
import dev.gantry.app.ui.control.Segments;
import dev.gantry.app.ui.control.Shown;
import dev.gantry.app.ui.control.ShownAs;
import dev.gantry.app.ui.control.WorkBar;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javafx.beans.binding.Bindings;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The Export screen: the form beside what it takes, or the receipt.
final class ExportView {
    private final Services services;
    private final Texts texts;
    private final ExportViewModel model;
    private final Parent root;

    @FXML
    private EmptyState nothing;

    @FXML
    private Button teach;

    @FXML
    private Node form;

    @FXML
    private StackPane receipt;

    @FXML
    private ComboBox<ExportCandidate> what;

    @FXML
    private Label about;

    @FXML
    private VBox failure;

    @FXML
    private FlowPane tiles;

    @FXML
    private VBox typeBox;

    @FXML
    private HBox types;

    @FXML
    private Label folder;

    @FXML
    private Button choose;

    @FXML
    private TextField name;

    @FXML
    private ScrollPane sideScroll;

    @FXML
    private VBox work;

    @FXML
    private Label obstacle;

    @FXML
    private Button start;

    @FXML
    private Button copy;

    ExportView(Services services, ExportViewModel model) {
        this.services = services;
        this.texts = services.texts();
        this.model = model;
        this.root = Fxml.load(this, texts);
    }

    @FXML
    void initialize() {
        var some = Bindings.isNotEmpty(model.source().candidates());
        nothing.visibleProperty().bind(some.not().and(model.source().loadedProperty()));
        teach.setOnAction(event -> model.teach());
        form.visibleProperty().bind(some.and(model.doneProperty().isNull()));
        receipt.visibleProperty().bind(model.doneProperty().isNotNull());
        model.doneProperty().subscribe(this::showReceipt);
        bindWhat();
        new ExportTiles(texts, model).fill(tiles);
        Shown.when(typeBox, model.kindProperty().map(kind -> kind == ExportKind.MERGED));
        Segments.fill(
                types,
                texts.get("export.type"),
                List.of(StoredType.values()),
                type -> texts.get("export.type." + type.name().toLowerCase(Locale.ROOT)),
                model.typeProperty());
        folder.textProperty().bind(model.target().folderProperty().map(Path::toString));
        choose.setOnAction(event -> model.chooseFolder());
        name.textProperty().bindBidirectional(model.target().nameProperty());
        bindSide();
    }

    private void bindWhat() {
        what.setItems(model.source().candidates());
        what.setConverter(new ShownAs<>(this::words, () -> ""));
        what.valueProperty().subscribe(this::chosenByUser);
        model.source().chosenProperty().subscribe(what::setValue);
        about.textProperty()
                .bind(model.source()
                        .foundProperty()
                        .map(found -> new ExportWords(texts).about(found))
                        .orElse(""));
        Shown.when(failure, model.failureProperty().isNotNull());
        model.failureProperty().subscribe(this::showFailure);
    }

    private void chosenByUser(@Nullable ExportCandidate candidate) {
        if (candidate != null) {
            model.source().chosenProperty().set(candidate);
        }
    }

    private String words(ExportCandidate candidate) {
        return candidate.step() == ExportCandidate.NO_STEP
                ? texts.format("export.adapter-of", candidate.name())
                : texts.format("export.run-of", candidate.name(), candidate.step());
    }

    private void bindSide() {
        sideScroll.setContent(new ExportSide(texts, model));
        WorkBar bar = new WorkBar(texts, this::stage);
        work.getChildren().add(bar);
        Shown.when(work, model.runningProperty().isNotNull());
        model.runningProperty().subscribe(bar::show);
        obstacle.textProperty().bind(model.obstacleProperty());
        Shown.when(
                obstacle,
                model.obstacleProperty()
                        .isNotEmpty()
                        .and(model.runningProperty().isNull()));
        start.disableProperty().bind(model.obstacleProperty().isNotEmpty());
        start.setOnAction(event -> model.export());
        copy.setOnAction(event -> model.copyCommand());
    }

    /// The work names its stages in English.
    private String stage(String label) {
        String key = "export.stage." + label.replaceAll("[^a-z]+", "-");
        return texts.getOr(key, "");
    }

    private void showFailure(@Nullable GantryException problem) {
        ErrorCard.show(failure, texts, problem, model::dismissFailure, services.host()::copy);
    }

    private void showReceipt(@Nullable DoneExport done) {
        receipt.getChildren().clear();
        if (done != null) {
            receipt.getChildren()
                    .add(new ReceiptView(texts, new ReceiptViewModel(services, done), model::another).root());
        }
    }

    Parent root() {
        return root;
    }
}
