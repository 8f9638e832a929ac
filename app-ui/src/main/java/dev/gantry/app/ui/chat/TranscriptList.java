package dev.gantry.app.ui.chat;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import javafx.application.Platform;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.IndexedCell;
import javafx.scene.control.ListView;
import javafx.scene.control.skin.VirtualFlow;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.StackPane;

/// A column of rows, of which only those on the screen are laid out; it stays at its end while an answer grows, unless
/// the user looks at something above.
final class TranscriptList implements AutoCloseable {
    private final LaneViewModel lane;
    private final ListView<TranscriptRow> list;
    private final ListChangeListener<TranscriptRow> grown = _ -> followSoon();
    private final ReadOnlyBooleanWrapper following = new ReadOnlyBooleanWrapper(true);
    private final StackPane root;
    private boolean awaited;

    TranscriptList(Texts texts, LaneViewModel lane, TranscriptNodes nodes) {
        this.lane = lane;
        list = new ListView<>(lane.rows());
        list.getStyleClass().add("transcript");
        list.setAccessibleText(texts.get("chat.transcript"));
        list.setAccessibleHelp(texts.get("chat.transcript.help"));
        RowsByPulse pace = new RowsByPulse(this::followSoon);
        list.setCellFactory(_ -> new TranscriptCell(nodes, pace));
        nodes.copyFrom(list);
        lane.rows().addListener(grown);
        list.heightProperty().subscribe(_ -> followSoon());
        list.addEventFilter(ScrollEvent.SCROLL, _ -> lookSoon());
        list.addEventFilter(MouseEvent.MOUSE_RELEASED, _ -> lookSoon());
        list.addEventFilter(KeyEvent.KEY_PRESSED, _ -> lookSoon());
        Button newest = new Button(texts.get("chat.newest"), new IconView(Icon.CHEVRON_DOWN));
        newest.getStyleClass().add("newest");
        newest.visibleProperty().bind(following.not());
        newest.setOnAction(_ -> toEnd());
        StackPane.setAlignment(newest, Pos.BOTTOM_CENTER);
        root = new StackPane(list, newest);
        root.setMinWidth(0);
        follow();
    }

    /// Now, and once more when the heights of new rows are known.
    private void followSoon() {
        follow();
        if (!awaited) {
            awaited = true;
            Platform.runLater(() -> {
                awaited = false;
                follow();
            });
        }
    }

    private void follow() {
        if (following.get() && !list.getItems().isEmpty()) {
            list.scrollTo(list.getItems().size() - 1);
        }
    }

    /// Goes to the end and stays there.
    void toEnd() {
        following.set(true);
        follow();
    }

    /// After the user has scrolled.
    private void lookSoon() {
        Platform.runLater(() -> following.set(isAtEnd()));
    }

    private boolean isAtEnd() {
        if (!(list.lookup(".virtual-flow") instanceof VirtualFlow<?> flow)) {
            return true;
        }
        IndexedCell<?> last = flow.getLastVisibleCell();
        return last == null || last.getIndex() >= list.getItems().size() - 1;
    }

    ListView<TranscriptRow> list() {
        return list;
    }

    Parent root() {
        return root;
    }

    /// The rows are shown here no longer.
    @Override
    public void close() {
        lane.rows().removeListener(grown);
        list.setItems(FXCollections.observableArrayList());
    }
}
