package dev.gantry.app.ui.settings;

import dev.gantry.app.machine.ChosenDevice;
import dev.gantry.app.preferences.Language;
import dev.gantry.app.preferences.ThemeChoice;
import dev.gantry.app.ui.control.Segments;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.text.Texts;
import java.util.List;
import java.util.Locale;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/// The Settings screen.
final class SettingsView {
    private final Texts texts;
    private final SettingsViewModel model;
    private final CudaViewModel cudaModel;
    private final Parent root;

    @FXML
    private HBox themes;

    @FXML
    private Button smaller;

    @FXML
    private Label size;

    @FXML
    private Button larger;

    @FXML
    private HBox languages;

    @FXML
    private HBox devices;

    @FXML
    private Label chatDeviceName;

    @FXML
    private TextField chatDevice;

    @FXML
    private Label chatHostName;

    @FXML
    private TextField chatHost;

    @FXML
    private Label badSize;

    @FXML
    private VBox cuda;

    @FXML
    private Label home;

    @FXML
    private Button open;

    @FXML
    private Label about;

    @FXML
    private Button copy;

    SettingsView(Texts texts, SettingsViewModel model, CudaViewModel cudaModel) {
        this.texts = texts;
        this.cudaModel = cudaModel;
        this.model = model;
        this.root = Fxml.load(this, texts);
    }

    @FXML
    void initialize() {
        Segments.fill(
                themes,
                texts.get("settings.theme"),
                List.of(ThemeChoice.values()),
                theme -> texts.get("frame.theme." + theme.name().toLowerCase(Locale.ROOT)),
                model.themeProperty());
        Segments.fill(
                languages,
                texts.get("settings.language"),
                List.of(Language.values()),
                language -> texts.get("settings.language." + language.name().toLowerCase(Locale.ROOT)),
                model.languageProperty());
        Segments.fill(
                devices,
                texts.get("settings.device"),
                List.of(ChosenDevice.values()),
                device -> texts.get("settings.device." + device.written()),
                model.deviceProperty());
        size.textProperty()
                .bind(model.textSizePercentProperty()
                        .map(percent -> texts.numbers().percent(percent.intValue() / 100.0)));
        smaller.setOnAction(event -> model.smaller());
        larger.setOnAction(event -> model.larger());
        chatDeviceName.setLabelFor(chatDevice);
        chatDevice.textProperty().bindBidirectional(model.chatDeviceProperty());
        chatHostName.setLabelFor(chatHost);
        chatHost.textProperty().bindBidirectional(model.chatHostProperty());
        badSize.visibleProperty().bind(model.badSizeProperty());
        badSize.managedProperty().bind(model.badSizeProperty());
        cuda.getChildren().add(new CudaView(texts, cudaModel).root());
        home.setText(model.home().toString());
        open.setOnAction(event -> model.openHome());
        about.setText(model.about());
        copy.setOnAction(event -> model.copyAbout());
    }

    Parent root() {
        return root;
    }
}
