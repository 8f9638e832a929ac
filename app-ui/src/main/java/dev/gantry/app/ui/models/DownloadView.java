package dev.gantry.app.ui.models;

import dev.gantry.app.ui.control.ErrorCard;
import dev.gantry.app.ui.control.Shown;
import dev.gantry.app.ui.control.WorkBar;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.zoo.hub.HubFile;
import dev.gantry.zoo.hub.UnfinishedDownload;
import java.nio.file.Path;
import javafx.beans.binding.Bindings;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.PasswordField;
import javafx.scene.control.TextField;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The form that fetches a model from Hugging Face, in the place of the inspector.
final class DownloadView {
    private static final int SHORT_COMMIT = 12;

    private final Services services;
    private final Texts texts;
    private final DownloadViewModel model;
    private final Parent root;

    @FXML
    private Button close;

    @FXML
    private TextField repo;

    @FXML
    private TextField revision;

    @FXML
    private PasswordField token;

    @FXML
    private Label folder;

    @FXML
    private Button choose;

    @FXML
    private Button look;

    @FXML
    private VBox failure;

    @FXML
    private VBox offer;

    @FXML
    private Label name;

    @FXML
    private Label about;

    @FXML
    private Label verdict;

    @FXML
    private GridPane files;

    @FXML
    private Button download;

    @FXML
    private VBox work;

    @FXML
    private Button discard;

    @FXML
    private VBox left;

    @FXML
    private VBox leftList;

    DownloadView(Services services, DownloadViewModel model) {
        this.services = services;
        this.texts = services.texts();
        this.model = model;
        this.root = Fxml.load(this, texts);
        Shown.when(root, model.openProperty());
        model.openProperty().subscribe(open -> {
            if (open) {
                repo.requestFocus();
            }
        });
    }

    @FXML
    void initialize() {
        close.setOnAction(event -> model.hide());
        repo.textProperty().bindBidirectional(model.repoProperty());
        revision.textProperty().bindBidirectional(model.revisionProperty());
        token.textProperty().bindBidirectional(model.tokenProperty());
        folder.textProperty().bind(model.folderProperty().map(Path::toString));
        choose.setOnAction(event -> model.chooseFolder());
        var busy = model.runningProperty().isNotNull();
        look.disableProperty().bind(busy.or(model.repoProperty().isEmpty()));
        look.setOnAction(event -> model.look());
        repo.setOnAction(event -> model.look());
        revision.setOnAction(event -> model.look());
        token.setOnAction(event -> model.look());
        Shown.when(failure, model.failureProperty().isNotNull());
        model.failureProperty().subscribe(this::showFailure);
        Shown.when(offer, model.offerProperty().isNotNull());
        model.offerProperty().subscribe(this::showOffer);
        Shown.when(download, busy.not());
        download.setOnAction(event -> model.download());
        WorkBar bar = new WorkBar(texts, stage -> "");
        bar.stopButton().setText(texts.get("models.hub.pause"));
        bar.stopButton().setGraphic(new IconView(Icon.PAUSE));
        work.getChildren().add(bar);
        Shown.when(work, busy);
        model.runningProperty().subscribe(bar::show);
        Shown.when(discard, busy.and(model.offerProperty().isNotNull()));
        discard.setOnAction(event -> model.cancel());
        Shown.when(left, Bindings.isNotEmpty(model.unfinished()).and(busy.not()));
        model.unfinished()
                .subscribe(() -> leftList.getChildren()
                        .setAll(model.unfinished().stream().map(this::line).toList()));
    }

    private void showFailure(@Nullable GantryException problem) {
        ErrorCard.show(failure, texts, problem, model::dismissFailure, services.host()::copy);
    }

    private void showOffer(@Nullable DownloadOffer now) {
        files.getChildren().clear();
        if (now == null) {
            return;
        }
        var listing = now.listing();
        name.setText(listing.repo().name());
        about.setText(texts.format(
                "models.hub.about",
                texts.numbers().bytes(listing.bytes()),
                listing.chosen().size(),
                listing.license().isEmpty() ? texts.get("models.hub.no-license") : listing.license(),
                listing.commit().substring(0, SHORT_COMMIT)));
        boolean good = now.fits() && !now.taken();
        String key = now.taken() ? "models.hub.taken" : now.fits() ? "models.hub.fits" : "models.hub.too-large";
        verdict.setText(texts.format(key, texts.numbers().bytes(now.freeBytes()), now.target()));
        verdict.setGraphic(new IconView(good ? Icon.CHECK : Icon.WARNING));
        verdict.getStyleClass().removeAll("good", "warn");
        verdict.getStyleClass().add(good ? "good" : "warn");
        download.setDisable(!good);
        for (HubFile file : listing.chosen()) {
            Label path = new Label(file.path());
            path.getStyleClass().add("small");
            path.setMinWidth(0);
            Label bytes = new Label(texts.numbers().bytes(file.bytes()));
            bytes.getStyleClass().addAll("small", "muted");
            bytes.setMinWidth(Region.USE_PREF_SIZE);
            files.addRow(files.getRowCount(), path, bytes);
        }
    }

    private HBox line(UnfinishedDownload one) {
        String repository = one.listing().repo().name();
        Label words = new Label(texts.format(
                "models.hub.left",
                repository,
                texts.numbers().bytes(one.doneBytes()),
                texts.numbers().bytes(one.listing().bytes())));
        words.setWrapText(true);
        words.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(words, Priority.ALWAYS);
        Button goOn = new Button(texts.get("models.hub.resume"), new IconView(Icon.DOWNLOAD));
        goOn.setAccessibleText(texts.get("models.hub.resume") + ": " + repository);
        goOn.setMinWidth(Region.USE_PREF_SIZE);
        goOn.setOnAction(event -> model.resume(one));
        Button drop = new Button(texts.get("models.hub.discard"));
        drop.getStyleClass().addAll("quiet", "danger");
        drop.setAccessibleText(texts.get("models.hub.discard") + ": " + repository);
        drop.setMinWidth(Region.USE_PREF_SIZE);
        drop.setOnAction(event -> model.discard(one));
        HBox line = new HBox(words, goOn, drop);
        line.getStyleClass().add("models-hub-line");
        return line;
    }

    Parent root() {
        return root;
    }
}
