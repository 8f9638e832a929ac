package dev.gantry.app.ui.serve;

import dev.gantry.app.chat.Voice;
import dev.gantry.app.chat.VoiceShelf.Base;
import dev.gantry.app.serving.ServeEvent.Answered;
import dev.gantry.app.serving.ServingState;
import dev.gantry.app.ui.control.ErrorCard;
import dev.gantry.app.ui.control.Shown;
import dev.gantry.app.ui.control.ShownAs;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import javafx.collections.ListChangeListener;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;

/// The Serve screen: what is served and the switch, what other programs need to know, what they asked.
final class ServeView {
    private final Services services;
    private final Texts texts;
    private final ServeViewModel model;
    private final Parent root;

    @FXML
    private VBox failure;

    @FXML
    private VBox chosen;

    @FXML
    private ComboBox<Base> base;

    @FXML
    private VBox adapterBox;

    @FXML
    private FlowPane adapters;

    @FXML
    private TextField port;

    @FXML
    private Label portWrong;

    @FXML
    private Button on;

    @FXML
    private Button off;

    @FXML
    private Label state;

    @FXML
    private VBox address;

    @FXML
    private Label url;

    @FXML
    private Button copyUrl;

    @FXML
    private Label names;

    @FXML
    private Label curl;

    @FXML
    private Button copyCurl;

    @FXML
    private Label key;

    @FXML
    private ToggleButton showKey;

    @FXML
    private Button copyKey;

    @FXML
    private Button renewKey;

    @FXML
    private TableView<Answered> requests;

    ServeView(Services services, ServeViewModel model) {
        this.services = services;
        this.texts = services.texts();
        this.model = model;
        this.root = Fxml.load(this, texts);
    }

    @FXML
    void initialize() {
        model.failureProperty()
                .subscribe(why -> ErrorCard.show(failure, texts, why, model::dismissFailure, services.host()::copy));
        Shown.when(failure, model.failureProperty().isNotNull());
        bindChoice();
        bindKey();
        on.disableProperty().bind(model.canSwitchOnProperty().not());
        Shown.when(on, model.canSwitchOffProperty().not());
        on.setOnAction(event -> model.switchOn());
        passFocus(on, off);
        passFocus(off, on);
        Shown.when(off, model.canSwitchOffProperty());
        off.setOnAction(event -> model.switchOff());
        chosen.disableProperty().bind(model.stateProperty().map(now -> !now.isOff()));
        copyUrl.setOnAction(event -> model.copyUrl());
        copyCurl.setOnAction(event -> model.copyCurl());
        Shown.when(address, model.stateProperty().map(now -> now instanceof ServingState.On));
        model.stateProperty().subscribe(this::show);
        new RequestColumns(texts).fill(requests);
        requests.setItems(model.answered());
    }

    private void bindChoice() {
        ServeChoice choice = model.choice();
        base.setItems(choice.bases());
        base.setConverter(new ShownAs<>(Base::name));
        choice.baseProperty().subscribe(base::setValue);
        base.valueProperty().subscribe(picked -> {
            if (picked != null) {
                choice.baseProperty().set(picked);
            }
        });
        port.textProperty().bindBidirectional(choice.portProperty());
        Shown.when(portWrong, choice.portProperty().map(_ -> choice.port().isEmpty()));
        choice.adapters().addListener((ListChangeListener<Voice>) change -> fillAdapters());
        fillAdapters();
    }

    private void fillAdapters() {
        ServeChoice choice = model.choice();
        adapters.getChildren().clear();
        for (Voice voice : choice.adapters()) {
            CheckBox box = new CheckBox(voice.name());
            box.setSelected(choice.chosen().contains(voice));
            box.selectedProperty().subscribe(served -> {
                if (served) {
                    choice.chosen().add(voice);
                } else {
                    choice.chosen().remove(voice);
                }
            });
            adapters.getChildren().add(box);
        }
        adapterBox.setVisible(!choice.adapters().isEmpty());
        adapterBox.setManaged(adapterBox.isVisible());
    }

    private void bindKey() {
        key.textProperty().bind(model.key().visible());
        key.textProperty().subscribe(shown -> curl.setText(model.curl(shown)));
        showKey.selectedProperty().bindBidirectional(model.key().shownProperty());
        showKey.textProperty()
                .bind(model.key().shownProperty().map(shown -> texts.get(shown ? "serve.key.hide" : "serve.key.show")));
        copyKey.setOnAction(event -> model.key().copy());
        renewKey.setOnAction(event -> model.key().renew());
    }

    /// One button takes the other's place, and the focus with it.
    private static void passFocus(Button gone, Button there) {
        gone.visibleProperty().subscribe((before, visible) -> {
            if (!visible && gone.isFocused()) {
                there.requestFocus();
            }
        });
    }

    private void show(ServingState now) {
        state.getStyleClass().removeAll("good", "warn");
        switch (now) {
            case ServingState.Off _ -> state.setText(texts.get("serve.state.off"));
            case ServingState.Starting _ -> {
                state.setText(texts.get("serve.state.starting"));
                state.getStyleClass().add("warn");
            }
            case ServingState.On(var _, var begun) -> {
                state.setText(texts.get("serve.state.on"));
                state.getStyleClass().add("good");
                url.setText(begun.baseUrl());
                names.setText(texts.format("serve.names", String.join(", ", begun.models()), begun.contextTokens()));
            }
            case ServingState.Ending _ -> {
                state.setText(texts.get("serve.state.ending"));
                state.getStyleClass().add("warn");
            }
        }
        curl.setText(model.curl(key.getText()));
    }

    Parent root() {
        return root;
    }
}
