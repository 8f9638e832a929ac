package dev.gantry.app.ui.settings;

import dev.gantry.app.machine.CudaPackages;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.cuda.CudaReport;
import java.util.List;
import java.util.Locale;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The part of the Settings screen about CUDA.
final class CudaView {
    private final Texts texts;
    private final CudaViewModel model;
    private final Parent root;

    @FXML
    private VBox parts;

    @FXML
    private VBox missing;

    @FXML
    private VBox offers;

    @FXML
    private Label folderName;

    @FXML
    private TextField folder;

    @FXML
    private Button choose;

    @FXML
    private Label fault;

    @FXML
    private Button again;

    CudaView(Texts texts, CudaViewModel model) {
        this.texts = texts;
        this.model = model;
        this.root = Fxml.load(this, texts);
    }

    @FXML
    void initialize() {
        folderName.setLabelFor(folder);
        folder.textProperty().bindBidirectional(model.folderProperty());
        folder.setOnAction(event -> model.applyFolder());
        folder.focusedProperty().subscribe(focused -> {
            if (!focused && model.foundProperty().get() != null) {
                model.applyFolder();
            }
        });
        choose.setOnAction(event -> model.chooseFolder());
        fault.textProperty().bind(model.faultProperty());
        fault.visibleProperty().bind(model.faultProperty().isNotEmpty());
        fault.managedProperty().bind(fault.visibleProperty());
        again.setOnAction(event -> model.look());
        again.disableProperty().bind(model.lookingProperty());
        model.foundProperty().subscribe(this::show);
    }

    private void show(MachineReport.@Nullable Cuda cuda) {
        List<MachineReport.CudaLibrary> libraries = cuda == null ? List.of() : cuda.libraries();
        List<CudaPackages.Offer> packages = cuda == null ? List.of() : cuda.packages();
        parts.getChildren().setAll(libraries.stream().map(this::part).toList());
        offers.getChildren().setAll(packages.stream().map(this::offer).toList());
        missing.setVisible(!packages.isEmpty());
        missing.setManaged(!packages.isEmpty());
    }

    /// A missing part is neutral, not an error: everything works without a card.
    private VBox part(MachineReport.CudaLibrary library) {
        boolean found = library.state() == CudaReport.State.FOUND;
        String key = "settings.cuda.part." + library.name().toLowerCase(Locale.ROOT);
        Label name = new Label(texts.get(key), new IconView(found ? Icon.CHECK : Icon.REMOVE));
        name.getStyleClass().add("strong");
        Label state = new Label(found ? library.version() : texts.get("settings.cuda.missing"));
        state.getStyleClass().add("pill");
        if (found) {
            state.getStyleClass().add("good");
        }
        state.setMinWidth(Region.USE_PREF_SIZE);
        HBox head = new HBox(name, state);
        head.getStyleClass().add("settings-part-head");
        Label detail = new Label(texts.sentence(library.detail()));
        detail.getStyleClass().addAll("muted", "small");
        detail.setWrapText(true);
        return new VBox(head, detail);
    }

    private VBox offer(CudaPackages.Offer offer) {
        String source =
                texts.get("settings.cuda.source." + offer.source().name().toLowerCase(Locale.ROOT));
        Label from = new Label(source);
        from.getStyleClass().addAll("muted", "small");
        Label command = new Label(offer.command());
        command.getStyleClass().add("mono");
        command.setWrapText(true);
        command.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(command, Priority.ALWAYS);
        Button copy = new Button("", new IconView(Icon.COPY));
        copy.getStyleClass().add("icon-only");
        copy.setAccessibleText(texts.format("settings.cuda.copy", source));
        copy.setMinWidth(Region.USE_PREF_SIZE);
        copy.setOnAction(event -> model.copy(offer));
        HBox line = new HBox(command, copy);
        line.getStyleClass().add("settings-part-head");
        return new VBox(from, line);
    }

    Parent root() {
        return root;
    }
}
