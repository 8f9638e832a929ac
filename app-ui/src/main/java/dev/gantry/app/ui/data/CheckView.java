package dev.gantry.app.ui.data;

import dev.gantry.app.ui.control.ErrorCard;
import dev.gantry.app.ui.control.ShownAs;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.task.BackgroundTask;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.data.DataInspection;
import dev.gantry.lora.data.tokens.TrainOn;
import java.util.List;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The pass over the file: progress while it runs, then numbers, faults, lengths and what is learned.
final class CheckView extends VBox {
    private final Services services;
    private final Texts texts;
    private final CheckViewModel model;
    private final VBox result = new VBox();
    private final FlowPane tiles = new FlowPane();
    private final MaskView mask;

    CheckView(Services services, DataViewModel data) {
        this.services = services;
        this.texts = services.texts();
        this.model = data.check();
        getStyleClass().add("check");
        result.getStyleClass().add("check");
        tiles.getStyleClass().add("tiles");
        mask = new MaskView(texts);
        GridPane found = Cards.pair(
                Cards.of(texts.get("data.faults"), new FaultsView(texts, model)),
                Cards.of(texts.get("data.lengths"), new LengthsView(texts, model)));
        VBox masked = Cards.of(texts.get("data.mask"), mask);
        result.getChildren().addAll(tiles, found, masked);
        getChildren().addAll(choices(), result);
        model.inspectionProperty().subscribe(this::showResult);
        model.runningProperty().subscribe(running -> showState());
        model.failureProperty().subscribe(failure -> showState());
    }

    private HBox choices() {
        ComboBox<ModelChoice> models = new ComboBox<>(model.modelChoices());
        models.setId("data-model");
        models.setConverter(new ShownAs<>(ModelChoice::name));
        models.valueProperty().bindBidirectional(model.modelProperty());
        models.setAccessibleHelp(texts.get("data.model.help"));
        Label name = new Label(texts.get("data.model"));
        name.setLabelFor(models);
        Segments<TrainOn> trainOn = new Segments<>(
                "data-train-on",
                model.trainOnProperty(),
                List.of(TrainOn.values()),
                value -> texts.get(value == TrainOn.ANSWERS ? "data.train-on.answers" : "data.train-on.everything"));
        trainOn.setHelp(texts.get("data.train-on.help"));
        HBox line = new HBox(name, models, new Label(texts.get("data.train-on")), trainOn);
        line.getStyleClass().add("choices");
        return line;
    }

    /// Progress while the pass runs, the reason when it failed.
    private void showState() {
        BackgroundTask<?> running = model.runningProperty().get();
        GantryException failure = model.failureProperty().get();
        getChildren().remove(1, getChildren().size());
        if (running != null) {
            getChildren().add(progress(running));
        } else if (failure != null) {
            getChildren()
                    .add(new ErrorCard(
                            texts,
                            failure,
                            List.of(new Choice(texts.get("data.check-again"), model::run)),
                            services.host()::copy));
        }
        getChildren().add(result);
    }

    private HBox progress(BackgroundTask<?> running) {
        ProgressBar bar = new ProgressBar();
        bar.setAccessibleText(texts.get("data.checking"));
        bar.progressProperty().bind(running.statusProperty().map(status -> status.fraction()));
        bar.setPrefWidth(240);
        Label words = new Label();
        words.textProperty()
                .bind(running.statusProperty()
                        .map(status -> texts.get("data.checking")
                                + status.remaining()
                                        .map(left -> " · "
                                                + texts.format(
                                                        "frame.work.left",
                                                        texts.numbers().duration(left)))
                                        .orElse("")));
        Button stop = new Button(texts.get("frame.cancel"));
        stop.setOnAction(event -> model.stop());
        HBox line = new HBox(bar, words, stop);
        line.getStyleClass().add("choices");
        return line;
    }

    private void showResult(@Nullable DataInspection found) {
        result.setVisible(found != null);
        result.setManaged(found != null);
        if (found == null) {
            return;
        }
        tiles.getChildren().clear();
        tile("data.tile.rows", texts.numbers().count(found.report().rows()));
        tile("data.tile.examples", texts.numbers().count(found.report().examples()));
        DataInspection.TokenView tokens = found.tokens();
        if (tokens != null) {
            var lengths = tokens.histogram();
            tile("data.tile.tokens", texts.numbers().count(lengths.totalTokens()));
            tile(
                    "data.tile.learned",
                    texts.numbers()
                            .percent(
                                    lengths.totalTokens() == 0
                                            ? 0
                                            : tokens.learnedTokens() / (double) lengths.totalTokens()));
            tile("data.tile.half", texts.numbers().count(lengths.p50()));
            tile("data.tile.p99", texts.numbers().count(lengths.p99()));
            tile("data.tile.longest", texts.numbers().count(lengths.max()));
            mask.show(tokens.previews());
        }
    }

    private void tile(String key, String value) {
        Label number = new Label(value);
        number.getStyleClass().add("title");
        Label words = new Label(texts.get(key));
        words.getStyleClass().addAll("small", "muted");
        VBox tile = new VBox(number, words);
        tile.getStyleClass().addAll("card", "tile");
        tiles.getChildren().add(tile);
    }
}
