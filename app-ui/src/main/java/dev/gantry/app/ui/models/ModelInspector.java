package dev.gantry.app.ui.models;

import dev.gantry.app.library.Shelf;
import dev.gantry.app.ui.control.Shown;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.AdapterEntry;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableValue;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The right side of the Models screen.
final class ModelInspector {
    private final Texts texts;
    private final ModelsViewModel model;
    private final ModelFacts facts;
    private final Parent root;

    @FXML
    private Label name;

    @FXML
    private Label state;

    @FXML
    private Label folder;

    @FXML
    private Label fit;

    @FXML
    private Button chat;

    @FXML
    private Button teach;

    @FXML
    private Button open;

    @FXML
    private Button forget;

    @FXML
    private VBox architecture;

    @FXML
    private GridPane factGrid;

    @FXML
    private VBox tokenizer;

    @FXML
    private TextField typed;

    @FXML
    private FlowPane pieces;

    @FXML
    private Label summary;

    @FXML
    private VBox adapters;

    @FXML
    private VBox adapterList;

    ModelInspector(Texts texts, ModelsViewModel model) {
        this.texts = texts;
        this.model = model;
        this.facts = new ModelFacts(texts);
        this.root = Fxml.load(this, texts);
    }

    @FXML
    void initialize() {
        var selected = model.selectedProperty();
        name.textProperty().bind(selected.map(item -> item.entry().name()).orElse(""));
        folder.textProperty()
                .bind(selected.map(item -> item.entry().folder().toString()).orElse(""));
        fit.textProperty().bind(selected.map(this::fit).orElse(""));
        selected.subscribe(this::showState);
        bindButtons();
        Shown.when(architecture, model.detailsProperty().map(read -> true).orElse(false));
        model.detailsProperty().subscribe(this::showFacts);
        bindTokenizer(model.tokenizer());
        Shown.when(adapters, Bindings.isNotEmpty(model.adapters()));
        model.adapters()
                .subscribe(() -> adapterList
                        .getChildren()
                        .setAll(model.adapters().stream().map(this::adapterLine).toList()));
    }

    private void bindTokenizer(TokenizerViewModel box) {
        Shown.when(
                tokenizer,
                model.detailsProperty().map(read -> read.tokens() > 0).orElse(false));
        typed.textProperty().bindBidirectional(box.textProperty());
        summary.textProperty().bind(box.summaryProperty());
        box.pieces()
                .subscribe(() -> pieces.getChildren()
                        .setAll(box.pieces().stream().map(ModelInspector::chip).toList()));
    }

    private void bindButtons() {
        ObservableValue<Boolean> ready = model.selectedProperty()
                .map(item -> item.state() == Shelf.State.READY)
                .orElse(false);
        Shown.when(chat, ready.map(there -> there && model.can(ScreenName.CHAT)));
        chat.setOnAction(event -> model.chat());
        Shown.when(teach, ready.map(there -> there && model.can(ScreenName.TRAIN)));
        teach.setOnAction(event -> model.teach());
        Shown.when(open, ready);
        open.setOnAction(event -> model.openFolder());
        forget.setOnAction(event -> model.forget());
    }

    private void showState(Shelf.@Nullable Item item) {
        state.getStyleClass().removeAll("good", "warn");
        if (item == null) {
            return;
        }
        switch (item.state()) {
            case READY -> {
                state.setText(texts.get("models.state.ready"));
                state.getStyleClass().add("good");
            }
            case MISSING -> {
                state.setText(texts.get("models.state.missing"));
                state.getStyleClass().add("warn");
            }
        }
    }

    private String fit(Shelf.Item item) {
        return switch (item.state()) {
            case MISSING -> texts.get("models.missing.help");
            case READY ->
                texts.format(
                        item.entry().bytes() <= model.freeBytes() ? "models.fit.memory" : "models.fit.stream",
                        texts.numbers().bytes(item.entry().bytes()),
                        texts.numbers().bytes(model.freeBytes()));
        };
    }

    private void showFacts(@Nullable ModelDetails read) {
        factGrid.getChildren().clear();
        List<ModelFacts.Fact> lines = read == null ? List.of() : facts.of(read);
        for (int row = 0; row < lines.size(); row++) {
            Label name = new Label(lines.get(row).name());
            name.getStyleClass().add("muted");
            name.setMinWidth(Label.USE_PREF_SIZE);
            Label value = new Label(lines.get(row).value());
            value.setWrapText(true);
            factGrid.addRow(row, name, value);
        }
    }

    private static Node chip(TokenPiece piece) {
        Label chip = new Label(piece.text());
        chip.getStyleClass().addAll("mono", "models-piece", "hue-" + Math.floorMod(piece.id(), 4));
        chip.setTooltip(new Tooltip(String.valueOf(piece.id())));
        return chip;
    }

    private Node adapterLine(AdapterEntry adapter) {
        Label words = new Label(texts.format(
                "models.adapter",
                adapter.name(),
                adapter.rank(),
                texts.numbers().dateTime(adapter.made())));
        words.setWrapText(true);
        words.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(words, Priority.ALWAYS);
        HBox line = new HBox(words);
        line.getStyleClass().add("models-adapter");
        if (model.can(ScreenName.CHAT)) {
            line.getChildren().add(button("models.adapter.chat", Icon.CHAT, adapter, model::chat));
        }
        if (model.can(ScreenName.EXPORT)) {
            line.getChildren().add(button("models.adapter.export", Icon.EXPORT, adapter, model::export));
        }
        return line;
    }

    private Button button(String key, Icon icon, AdapterEntry adapter, Consumer<AdapterEntry> action) {
        Button button = new Button(texts.get(key), new IconView(icon));
        button.getStyleClass().add("quiet");
        button.setMinWidth(Region.USE_PREF_SIZE);
        button.setAccessibleText(texts.get(key) + ": " + adapter.name());
        button.setOnAction(event -> action.accept(adapter));
        return button;
    }

    Parent root() {
        return root;
    }
}
