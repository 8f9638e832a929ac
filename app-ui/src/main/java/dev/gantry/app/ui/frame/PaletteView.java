package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.shell.Action;
import dev.gantry.app.ui.text.Texts;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The command palette: type a few letters, choose with the arrows, Enter.
final class PaletteView {
    private final PaletteViewModel model;
    private final Runnable close;
    private final TextField query = new TextField();
    private final ListView<Action> list = new ListView<>();
    private final VBox root = new VBox(query, list);

    PaletteView(Texts texts, PaletteViewModel model, Runnable close) {
        this.model = model;
        this.close = close;
        root.getStyleClass().addAll("card", "palette");
        root.setMaxHeight(Region.USE_PREF_SIZE);
        query.setId("palette-query");
        query.setPromptText(texts.get("frame.palette.prompt"));
        query.setAccessibleText(texts.get("frame.palette.prompt"));
        query.textProperty().bindBidirectional(model.queryProperty());
        query.addEventFilter(KeyEvent.KEY_PRESSED, this::steer);
        list.setId("palette-list");
        list.setAccessibleText(texts.get("frame.palette.name"));
        list.setFocusTraversable(false);
        list.setItems(model.found());
        list.setPlaceholder(new Label(texts.get("frame.palette.none")));
        list.setCellFactory(view -> new ActionCell());
        list.setOnMouseClicked(click -> run());
        model.found().subscribe(() -> list.getSelectionModel().selectFirst());
        list.getSelectionModel().selectFirst();
    }

    private void steer(KeyEvent key) {
        switch (key.getCode()) {
            case DOWN -> move(1);
            case UP -> move(-1);
            case ENTER -> run();
            default -> {
                return;
            }
        }
        key.consume();
    }

    private void move(int by) {
        int size = model.found().size();
        if (size > 0) {
            int next = Math.floorMod(list.getSelectionModel().getSelectedIndex() + by, size);
            list.getSelectionModel().select(next);
            list.scrollTo(next);
        }
    }

    private void run() {
        Action chosen = list.getSelectionModel().getSelectedItem();
        if (chosen != null) {
            close.run();
            chosen.action().run();
        }
    }

    Region root() {
        return root;
    }

    private static final class ActionCell extends ListCell<Action> {
        @Override
        protected void updateItem(@Nullable Action command, boolean empty) {
            super.updateItem(command, empty);
            setText(command == null ? null : command.text());
        }
    }
}
