package dev.gantry.app.ui.data;

import dev.gantry.app.library.DataShelf.Remembered;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import javafx.beans.binding.Bindings;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/// A place to drop a file, and the files that were checked before.
final class ShelfView extends VBox {
    private final Texts texts;
    private final ShelfViewModel model;
    private final VBox list = new VBox();

    /// @param choose asks for a file
    ShelfView(Texts texts, ShelfViewModel model, Runnable choose) {
        this.texts = texts;
        this.model = model;
        getStyleClass().addAll("page", "data-shelf");
        list.getStyleClass().addAll("card", "data-list");
        Label heading = new Label(texts.get("data.known"));
        heading.getStyleClass().add("heading");
        VBox known = new VBox(heading, list);
        known.getStyleClass().add("known");
        known.visibleProperty().bind(Bindings.isNotEmpty(model.remembered()));
        known.managedProperty().bind(known.visibleProperty());
        model.remembered().subscribe(this::showList);
        getChildren().addAll(dropPlace(choose), known);
    }

    private VBox dropPlace(Runnable choose) {
        IconView image = new IconView(Icon.DATA);
        image.getStyleClass().add("huge");
        Label title = new Label(texts.get("data.drop"));
        title.getStyleClass().add("title");
        Label kinds = new Label(texts.get("data.drop.text"));
        kinds.getStyleClass().add("muted");
        kinds.setWrapText(true);
        Button open = new Button(texts.get("data.choose"), new IconView(Icon.FOLDER));
        open.setId("data-choose");
        open.getStyleClass().add("primary");
        open.setOnAction(event -> choose.run());
        Button sample = new Button(texts.get("data.sample"));
        sample.setId("data-sample");
        sample.setAccessibleHelp(texts.get("data.sample.help"));
        sample.setOnAction(event -> model.openSample());
        Button collect = new Button(texts.get("data.collect"), new IconView(Icon.COMPARE));
        collect.setId("data-collect");
        collect.setAccessibleHelp(texts.get("data.collect.help"));
        collect.setOnAction(event -> model.collectPreferences());
        FlowPane buttons = new FlowPane(open, sample, collect);
        buttons.getStyleClass().add("drop-buttons");
        VBox place = new VBox(image, title, kinds, buttons);
        place.getStyleClass().add("drop-place");
        return place;
    }

    private void showList() {
        list.getChildren().setAll(model.remembered().stream().map(this::line).toList());
    }

    private HBox line(Remembered data) {
        Label name = new Label(data.entry().name());
        name.getStyleClass().add("strong");
        Label facts = new Label(
                data.isThere()
                        ? texts.format(
                                "data.known.line",
                                texts.get("data.format." + data.entry().format()),
                                texts.numbers().count(data.entry().rows()),
                                texts.numbers().dateTime(data.entry().added()))
                        : texts.format("data.known.gone", data.entry().file()));
        facts.getStyleClass().addAll("small", data.isThere() ? "muted" : "bad");
        facts.setTextOverrun(OverrunStyle.CENTER_ELLIPSIS);
        facts.setTooltip(new Tooltip(data.entry().file().toString()));
        VBox words = new VBox(name, facts);
        HBox.setHgrow(words, Priority.ALWAYS);
        words.setMinWidth(0);
        Button open = new Button(texts.get("data.open"));
        open.setAccessibleText(texts.format("data.open.name", data.entry().name()));
        open.setDisable(!data.isThere());
        open.setOnAction(event -> model.open(data.entry().file()));
        open.setMinWidth(USE_PREF_SIZE);
        Button forget = new Button(texts.get("data.forget"));
        forget.getStyleClass().add("quiet");
        forget.setAccessibleText(texts.format("data.forget.name", data.entry().name()));
        forget.setAccessibleHelp(texts.get("data.forget.help"));
        forget.setOnAction(event -> model.forget(data));
        forget.setMinWidth(USE_PREF_SIZE);
        HBox line = new HBox(new IconView(Icon.FILE), words, open, forget);
        line.getStyleClass().add("data-line");
        return line;
    }
}
