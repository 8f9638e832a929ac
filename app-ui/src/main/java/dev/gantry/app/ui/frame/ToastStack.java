package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import java.util.HashMap;
import java.util.Map;
import javafx.animation.PauseTransition;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import javafx.util.Duration;

/// Short messages at the lower edge; one with a button stays longer.
final class ToastStack {
    private static final Duration PLAIN = Duration.seconds(5);
    private static final Duration WITH_CHOICE = Duration.seconds(12);

    private final Texts texts;
    private final NoticeCenter notices;
    private final Map<Notice, Node> shown = new HashMap<>();

    private ToastStack(Texts texts, NoticeCenter notices) {
        this.texts = texts;
        this.notices = notices;
    }

    static void fill(VBox toasts, Texts texts, NoticeCenter notices) {
        ToastStack stack = new ToastStack(texts, notices);
        notices.notices().addListener((ListChangeListener<Notice>) change -> {
            while (change.next()) {
                change.getRemoved().forEach(gone -> toasts.getChildren().remove(stack.shown.remove(gone)));
                change.getAddedSubList().forEach(notice -> toasts.getChildren().add(stack.toast(notice)));
            }
        });
    }

    private Node toast(Notice notice) {
        Label text = new Label(notice.text());
        text.setWrapText(true);
        HBox toast = new HBox(text);
        toast.getStyleClass().add("toast");
        notice.choice().ifPresent(choice -> {
            Button button = new Button(choice.text());
            button.getStyleClass().add("toast-choice");
            button.setOnAction(event -> {
                notices.dismiss(notice);
                choice.action().run();
            });
            toast.getChildren().add(button);
        });
        Button close = new Button(null, new IconView(Icon.CLOSE));
        close.getStyleClass().addAll("quiet", "icon-only");
        close.setAccessibleText(texts.get("frame.close"));
        close.setOnAction(event -> notices.dismiss(notice));
        toast.getChildren().add(close);
        PauseTransition stay = new PauseTransition(notice.choice().isPresent() ? WITH_CHOICE : PLAIN);
        stay.setOnFinished(event -> notices.dismiss(notice));
        toast.hoverProperty().subscribe(over -> {
            if (over) {
                stay.pause();
            } else {
                stay.play();
            }
        });
        shown.put(notice, toast);
        return toast;
    }
}
