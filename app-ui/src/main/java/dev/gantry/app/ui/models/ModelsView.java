package dev.gantry.app.ui.models;

import dev.gantry.app.library.Shelf;
import dev.gantry.app.ui.control.EmptyState;
import dev.gantry.app.ui.control.ErrorCard;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import java.io.File;
import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.input.DragEvent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/// The Models screen: the list at the left, the selected model at the right.
final class ModelsView {
    private final Services services;
    private final Texts texts;
    private final ModelsViewModel model;
    private final Parent root;

    @FXML
    private HBox shelf;

    @FXML
    private Label count;

    @FXML
    private Button add;

    @FXML
    private Button download;

    @FXML
    private Button downloadFirst;

    @FXML
    private StackPane failure;

    @FXML
    private ListView<Shelf.Item> list;

    @FXML
    private EmptyState empty;

    @FXML
    private Button addFirst;

    ModelsView(Services services, ModelsViewModel model) {
        this.services = services;
        this.texts = services.texts();
        this.model = model;
        this.root = Fxml.load(this, texts);
        acceptDrops(root);
    }

    @FXML
    void initialize() {
        BooleanBinding some = Bindings.isNotEmpty(model.items())
                .or(model.failureProperty().isNotNull())
                .or(model.download().openProperty());
        failure.visibleProperty().bind(model.failureProperty().isNotNull());
        failure.managedProperty().bind(failure.visibleProperty());
        shelf.visibleProperty().bind(some);
        empty.visibleProperty().bind(some.not().and(model.loadedProperty()));
        Parent inspector = new ModelInspector(texts, model).root();
        inspector.visibleProperty().bind(model.download().openProperty().not());
        inspector.managedProperty().bind(inspector.visibleProperty());
        Parent form = new DownloadView(services, model.download()).root();
        HBox.setHgrow(form, Priority.ALWAYS);
        shelf.getChildren().addAll(inspector, form);
        for (Button button : List.of(download, downloadFirst)) {
            button.setOnAction(event -> model.download().show());
        }
        count.textProperty()
                .bind(Bindings.createStringBinding(
                        () -> texts.format("models.count", model.items().size()), model.items()));
        add.setOnAction(event -> model.chooseFolder());
        addFirst.setOnAction(event -> model.chooseFolder());
        list.setItems(model.items());
        list.setCellFactory(view -> new ModelCell(texts));
        list.getSelectionModel().selectedItemProperty().subscribe(this::selectedByUser);
        model.selectedProperty().subscribe(item -> list.getSelectionModel().select(item));
        list.setOnKeyPressed(key -> {
            if (key.getCode() == KeyCode.DELETE) {
                model.forget();
            } else if (key.getCode() == KeyCode.ENTER && model.can(ScreenName.CHAT)) {
                model.chat();
            }
        });
        model.failureProperty().subscribe(this::showFailure);
    }

    private void selectedByUser(Shelf.@Nullable Item item) {
        if (item != null && !item.equals(model.selectedProperty().get())) {
            model.selectedProperty().set(item);
            model.download().hide();
        }
    }

    private void showFailure(@Nullable GantryException problem) {
        if (problem == null) {
            failure.getChildren().clear();
            return;
        }
        List<Choice> fixes = List.of(
                new Choice(texts.get("models.another"), model::chooseFolder),
                new Choice(texts.get("frame.close"), model::dismissFailure));
        failure.getChildren().setAll(new ErrorCard(texts, problem, fixes, services.host()::copy));
    }

    /// Folders and files can be dropped anywhere on the screen.
    private void acceptDrops(Node target) {
        target.setOnDragOver(drag -> {
            if (drag.getDragboard().hasFiles()) {
                drag.acceptTransferModes(TransferMode.COPY_OR_MOVE);
            }
            drag.consume();
        });
        target.setOnDragDropped(this::dropped);
    }

    private void dropped(DragEvent drop) {
        model.add(drop.getDragboard().getFiles().stream().map(File::toPath).toList());
        drop.setDropCompleted(true);
        drop.consume();
    }

    Parent root() {
        return root;
    }
}
