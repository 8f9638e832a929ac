package dev.gantry.app.ui.runs;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.runs.RunContents.NamedFile;
import dev.gantry.app.ui.runs.RunContents.SavedState;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.text.Texts;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// What a run has saved, and what can be done with it.
final class FilesPane {
    private final Texts texts;
    private final RunActions actions;
    private final VBox body = new VBox();
    private final ScrollPane root;
    private RunContents shown = RunContents.EMPTY;

    FilesPane(Texts texts, RunsViewModel model) {
        this.texts = texts;
        this.actions = model.actions();
        body.getStyleClass().addAll("tab-body", "files");
        root = new ScrollPane(body);
        root.setFitToWidth(true);
        root.setFocusTraversable(false);
        model.detailProperty().subscribe(this::show);
    }

    private void show(@Nullable RunDetail detail) {
        RunContents contents = detail == null ? RunContents.EMPTY : detail.files();
        if (contents.equals(shown)) {
            return;
        }
        shown = contents;
        List<Node> all = new ArrayList<>();
        all.add(heading("runs.files.checkpoints"));
        if (contents.checkpoints().isEmpty()) {
            Label none = new Label(texts.get("runs.files.none"));
            none.getStyleClass().add("muted");
            none.setWrapText(true);
            all.add(none);
        }
        contents.checkpoints().forEach(checkpoint -> all.add(row(checkpoint)));
        all.add(heading("runs.files.others"));
        contents.files().forEach(file -> all.add(row(file)));
        Label sum = new Label(texts.format("runs.files.sum", texts.numbers().bytes(contents.bytes())));
        sum.getStyleClass().addAll("small", "muted");
        all.add(sum);
        body.getChildren().setAll(all);
    }

    private Label heading(String key) {
        Label heading = new Label(texts.get(key));
        heading.getStyleClass().add("heading");
        return heading;
    }

    private Node row(SavedState checkpoint) {
        String step = texts.format("runs.files.step", checkpoint.step());
        Label name = new Label(step);
        name.getStyleClass().add("strong");
        HBox title = new HBox(name);
        title.getStyleClass().add("group");
        mark(title, checkpoint.best(), "runs.files.best", "good");
        mark(title, checkpoint.newest(), "runs.files.newest", "muted");
        mark(title, checkpoint.kept(), "runs.files.kept", "muted");
        Label facts = new Label(texts.format(
                checkpoint.isAdapter() ? "runs.files.adapter" : "runs.files.whole",
                texts.numbers().bytes(checkpoint.bytes()),
                texts.numbers().dateTime(checkpoint.saved())));
        facts.getStyleClass().addAll("small", "muted");
        facts.setWrapText(true);
        HBox buttons = new HBox();
        buttons.getStyleClass().add("group");
        if (actions.has(ScreenName.CHAT)) {
            buttons.getChildren().add(button("runs.files.chat", step, Icon.CHAT, () -> actions.chat(checkpoint)));
        }
        if (actions.has(ScreenName.EXPORT) && checkpoint.best()) {
            buttons.getChildren().add(button("runs.export", step, Icon.EXPORT, actions::export));
        }
        buttons.getChildren().add(button("runs.folder", step, Icon.FOLDER, () -> actions.open(checkpoint)));
        FlowPane row = new FlowPane(new VBox(title, facts), buttons);
        row.getStyleClass().addAll("card", "file-card");
        return row;
    }

    private void mark(HBox title, boolean shows, String key, String style) {
        if (shows) {
            Label mark = new Label(texts.get(key));
            mark.getStyleClass().addAll("pill", style);
            mark.setMinWidth(Region.USE_PREF_SIZE);
            title.getChildren().add(mark);
        }
    }

    private Button button(String key, String about, Icon icon, Runnable action) {
        Button button = new Button(texts.get(key), new IconView(icon));
        button.setAccessibleText(texts.get(key) + ", " + about);
        button.setOnAction(_ -> action.run());
        return button;
    }

    private Node row(NamedFile file) {
        Label name = new Label(file.name());
        name.getStyleClass().addAll("mono", "file-name");
        String key = "runs.file." + file.name();
        Label what = new Label(texts.getOr(key, ""));
        what.getStyleClass().add("muted");
        what.setWrapText(true);
        Label size = new Label(texts.numbers().bytes(file.bytes()));
        size.getStyleClass().addAll("small", "muted");
        FlowPane row = new FlowPane(name, what, size);
        row.getStyleClass().add("file-row");
        return row;
    }

    Parent root() {
        return root;
    }
}
