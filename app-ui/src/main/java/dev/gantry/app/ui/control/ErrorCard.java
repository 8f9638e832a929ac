package dev.gantry.app.ui.control;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// A failure as a card: what happened, why, what to do, buttons that do it, details, and a report to copy.
///
/// Details and report keep the English that the failure was thrown in: it is what can be searched for.
public final class ErrorCard extends VBox {
    private static final int DETAIL_ROWS = 8;

    /// @param fixes buttons that mend it, most likely first
    /// @param copy where the report goes, the clipboard
    public ErrorCard(Texts texts, GantryException failure, List<Choice> fixes, Consumer<String> copy) {
        getStyleClass().add("error-card");
        String report = ErrorReport.of(failure);
        Label what = new Label(sentence(texts, failure.what()), new IconView(Icon.ERROR));
        what.getStyleClass().addAll("heading", "bad");
        what.setWrapText(true);
        TextArea details = new TextArea(report);
        details.getStyleClass().add("details");
        details.setEditable(false);
        details.setPrefRowCount(DETAIL_ROWS);
        details.setAccessibleText(texts.get("frame.error.details"));
        details.setVisible(false);
        details.managedProperty().bind(details.visibleProperty());
        FlowPane buttons = new FlowPane();
        buttons.getStyleClass().add("error-buttons");
        for (Choice fix : fixes) {
            Button button = new Button(fix.text());
            button.setOnAction(event -> fix.action().run());
            button.getStyleClass().add(buttons.getChildren().isEmpty() ? "primary" : "secondary");
            buttons.getChildren().add(button);
        }
        buttons.getChildren()
                .add(quiet(texts.get("frame.error.details"), () -> details.setVisible(!details.isVisible())));
        buttons.getChildren().add(quiet(texts.get("frame.error.copy"), () -> copy.accept(report)));
        getChildren()
                .addAll(
                        what,
                        line(texts, "frame.error.why", failure.why()),
                        line(texts, "frame.error.next", failure.nextStep()),
                        buttons,
                        details);
    }

    /// Shows a failure in a place of its own, with a button that takes it away; null clears the place.
    ///
    /// @param dismiss clears the failure that is shown
    public static void show(
            Pane place, Texts texts, @Nullable GantryException failure, Runnable dismiss, Consumer<String> copy) {
        place.getChildren().clear();
        if (failure != null) {
            List<Choice> fixes = List.of(new Choice(texts.get("frame.close"), dismiss));
            place.getChildren().add(new ErrorCard(texts, failure, fixes, copy));
        }
    }

    private static String sentence(Texts texts, String english) {
        String text = texts.sentence(english);
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static HBox line(Texts texts, String name, String english) {
        Label label = new Label(texts.get(name));
        label.getStyleClass().addAll("muted", "error-label");
        Label value = new Label(sentence(texts, english));
        value.setWrapText(true);
        HBox line = new HBox(label, value);
        line.getStyleClass().add("error-line");
        return line;
    }

    private static Button quiet(String text, Runnable action) {
        Button button = new Button(text);
        button.getStyleClass().add("quiet");
        button.setOnAction(event -> action.run());
        return button;
    }
}
