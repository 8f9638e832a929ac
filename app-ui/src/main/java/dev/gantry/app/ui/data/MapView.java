package dev.gantry.app.ui.data;

import dev.gantry.app.ui.control.ShownAs;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.data.example.ColumnRole;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/// Every column with a value of it and the role it plays, beside the first rows under that mapping.
final class MapView extends VBox {
    private final Texts texts;
    private final DataViewModel model;
    private final GridPane table = new GridPane();

    MapView(Texts texts, DataViewModel model) {
        this.texts = texts;
        this.model = model;
        table.getStyleClass().add("columns-table");
        BubbleList bubbles = new BubbleList(texts);
        Label state = new Label();
        state.setWrapText(true);
        state.getStyleClass().add("muted");
        state.textProperty()
                .bind(Bindings.createStringBinding(this::state, model.map().byHandProperty(), model.lookProperty()));
        Button useFound = new Button(texts.get("data.map.use-found"));
        useFound.visibleProperty()
                .bind(Bindings.createBooleanBinding(
                        this::canUseFound,
                        model.map().mappingProperty(),
                        model.map().byHandProperty(),
                        model.lookProperty()));
        useFound.managedProperty().bind(useFound.visibleProperty());
        useFound.setOnAction(event -> {
            FirstLook look = model.lookProperty().get();
            if (look != null) {
                model.map().useFound(look);
            }
        });
        Button byHand = new Button(texts.get("data.map.hand"));
        byHand.setId("data-map-by-hand");
        byHand.setOnAction(event -> model.map().byHand());
        var hidden = Bindings.createBooleanBinding(
                this::isUnderstoodAsAWhole, model.map().byHandProperty(), model.lookProperty());
        byHand.visibleProperty().bind(hidden);
        byHand.managedProperty().bind(hidden);
        table.visibleProperty().bind(hidden.not());
        table.managedProperty().bind(hidden.not());
        VBox columns = Cards.of(texts.get("data.map"), state, table, byHand, useFound);
        getChildren().add(Cards.pair(columns, Cards.of(texts.get("data.preview"), bubbles)));
        model.map().columns().subscribe(this::showColumns);
        showColumns();
        model.lookProperty().subscribe(look -> bubbles.show(look == null ? List.of() : look.examples()));
    }

    /// Whether the rows were recognised by more than the names of columns, so that no column has a role of its own.
    private boolean isUnderstoodAsAWhole() {
        FirstLook look = model.lookProperty().get();
        boolean byHand = model.map().byHandProperty().get();
        return look != null && !byHand && look.foundRoles().isEmpty();
    }

    private boolean canUseFound() {
        FirstLook look = model.lookProperty().get();
        return model.map().mappingProperty().get() != null
                || (look != null
                        && look.format() != null
                        && model.map().byHandProperty().get());
    }

    private String state() {
        FirstLook look = model.lookProperty().get();
        if (look == null) {
            return "";
        }
        boolean byHand = model.map().byHandProperty().get();
        if (!byHand && look.format() != null) {
            return texts.format(
                    "data.map.found",
                    texts.get("data.format." + look.format().format().name().toLowerCase(Locale.ROOT)));
        }
        return texts.get("data.map.by-hand");
    }

    private void showColumns() {
        table.getChildren().clear();
        int row = 0;
        for (MapViewModel.Column column : model.map().columns()) {
            Label name = new Label(column.name());
            name.getStyleClass().add("mono");
            name.setMinWidth(USE_PREF_SIZE);
            Label sample = new Label(column.sample());
            sample.getStyleClass().addAll("muted", "small");
            sample.setMinWidth(0);
            GridPane.setHgrow(sample, Priority.ALWAYS);
            ComboBox<Optional<ColumnRole>> role = roles(column);
            name.setLabelFor(role);
            table.addRow(row++, name, sample, role);
        }
    }

    private ComboBox<Optional<ColumnRole>> roles(MapViewModel.Column column) {
        ComboBox<Optional<ColumnRole>> box = new ComboBox<>();
        box.getItems().setAll(MapViewModel.roles());
        box.setConverter(new ShownAs<>(role -> texts.get("data.role."
                + role.map(known -> known.name().toLowerCase(Locale.ROOT)).orElse("none"))));
        box.valueProperty().bindBidirectional(column.role());
        box.setAccessibleText(texts.format("data.role.name", column.name()));
        box.setAccessibleHelp(texts.get("data.role.help"));
        box.setId("data-role-" + column.name());
        box.setMinWidth(USE_PREF_SIZE);
        return box;
    }
}
