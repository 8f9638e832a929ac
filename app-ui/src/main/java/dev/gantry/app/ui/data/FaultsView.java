package dev.gantry.app.ui.data;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.data.DataInspection;
import dev.gantry.lora.data.source.Fault;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.source.SourcePosition;
import java.util.Locale;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextArea;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// What is wrong, by line, with the row as it stands in the file, and the choice to leave such rows out.
final class FaultsView extends VBox {
    private final Texts texts;
    private final ObservableList<Fault> faults = FXCollections.observableArrayList();
    private final Label summary = new Label();
    private final ListView<Fault> list = new ListView<>(faults);
    private final TextArea row = new TextArea();
    private final CheckBox skip = new CheckBox();
    private final Label more = new Label();

    FaultsView(Texts texts, CheckViewModel model) {
        this.texts = texts;
        getStyleClass().add("faults");
        summary.setWrapText(true);
        more.getStyleClass().addAll("small", "muted");
        skip.setId("data-skip");
        skip.setAccessibleHelp(texts.get("data.skip.help"));
        skip.selectedProperty().bindBidirectional(model.skipProperty());
        list.setId("data-faults");
        list.setAccessibleText(texts.get("data.faults"));
        list.setCellFactory(view -> new FaultCell());
        list.getSelectionModel().selectedItemProperty().subscribe(chosen -> {
            if (chosen != null) {
                model.faultProperty().set(chosen);
            }
        });
        row.setId("data-row");
        row.setEditable(false);
        row.setWrapText(true);
        row.getStyleClass().add("mono");
        row.setAccessibleText(texts.get("data.row"));
        row.textProperty().bind(model.rowTextProperty());
        getChildren().addAll(summary, skip, list, more, row);
        model.inspectionProperty().subscribe(this::show);
    }

    private void show(@Nullable DataInspection found) {
        if (found == null) {
            return;
        }
        long unusable = found.report().unusable();
        long all = found.report().counts().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        faults.setAll(found.report().firstFaults());
        list.getSelectionModel().selectFirst();
        summary.getStyleClass().removeAll("good", "warn", "bad");
        summary.getStyleClass().add(unusable > 0 ? "bad" : all > 0 ? "warn" : "good");
        summary.setGraphic(new IconView(unusable > 0 ? Icon.ERROR : all > 0 ? Icon.WARNING : Icon.CHECK));
        summary.setText(
                unusable > 0
                        ? texts.format("data.faults.unusable", unusable, counts(found))
                        : all > 0 ? texts.format("data.faults.notices", counts(found)) : texts.get("data.faults.none"));
        skip.setText(texts.format("data.skip", unusable));
        set(skip, unusable > 0);
        set(list, all > 0);
        set(row, all > 0);
        more.setText(texts.format("data.faults.more", all - faults.size()));
        set(more, all > faults.size());
    }

    private static void set(Node node, boolean shown) {
        node.setVisible(shown);
        node.setManaged(shown);
    }

    /// `3 bad JSON, 1 empty answer`
    private String counts(DataInspection found) {
        StringBuilder words = new StringBuilder();
        found.report()
                .counts()
                .forEach((kind, count) -> words.append(words.isEmpty() ? "" : ", ")
                        .append(texts.format(
                                "data.faults.count", texts.numbers().count(count), name(kind))));
        return words.toString();
    }

    private String name(FaultKind kind) {
        return texts.get("data.fault." + kind.name().toLowerCase(Locale.ROOT));
    }

    /// Line and column, kind and message.
    private final class FaultCell extends ListCell<Fault> {
        @Override
        protected void updateItem(@Nullable Fault fault, boolean empty) {
            super.updateItem(fault, empty);
            if (empty || fault == null) {
                setText(null);
                setGraphic(null);
                return;
            }
            SourcePosition at = fault.at();
            String unit = at.unit() == SourcePosition.Unit.LINE ? "data.at.line" : "data.at.row";
            String place = texts.format(unit, at.number());
            if (at.column() > 0) {
                place = texts.format("data.at.column", place, at.column());
            }
            IconView icon = new IconView(
                    switch (fault.kind().severity()) {
                        case UNUSABLE -> Icon.ERROR;
                        case NOTICE -> Icon.INFO;
                        case LEFT_OUT -> Icon.WARNING;
                    });
            icon.getStyleClass()
                    .add(
                            switch (fault.kind().severity()) {
                                case UNUSABLE -> "bad";
                                case NOTICE -> "muted";
                                case LEFT_OUT -> "warn";
                            });
            setGraphic(icon);
            setText(texts.format("data.fault.line", place, name(fault.kind()), texts.sentence(fault.message())));
        }
    }
}
