package dev.gantry.app.ui.hardware;

import dev.gantry.app.selftest.Finding;
import dev.gantry.app.selftest.Grade;
import dev.gantry.app.selftest.Part;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.text.FindingWords;
import dev.gantry.app.ui.text.Texts;
import java.util.Locale;
import javafx.beans.binding.Bindings;
import javafx.collections.MapChangeListener;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The self-test as a page: a line for each part, with a word for its colour and what to do.
final class SelfTestView {
    private final Texts texts;
    private final SelfTestViewModel model;
    private final FindingWords words;
    private final Parent root;

    @FXML
    private Label verdict;

    @FXML
    private VBox parts;

    @FXML
    private Button goOn;

    @FXML
    private Button again;

    @FXML
    private Button copy;

    SelfTestView(Texts texts, SelfTestViewModel model) {
        this.texts = texts;
        this.model = model;
        this.words = model.words();
        this.root = Fxml.load(this, texts);
    }

    @FXML
    void initialize() {
        goOn.setOnAction(event -> model.goOn());
        again.disableProperty().bind(model.runningProperty());
        again.setOnAction(event -> model.run());
        copy.disableProperty().bind(model.runningProperty().or(Bindings.isEmpty(model.findings())));
        copy.setOnAction(event -> model.copy());
        model.findings().addListener((MapChangeListener<Part, Finding>) change -> show());
        model.runningProperty().subscribe(now -> show());
    }

    private void show() {
        verdict.setText(model.verdict()
                .map(worst -> texts.get("hardware.check.verdict." + word(worst)))
                .orElse(texts.get("hardware.check.verdict")));
        parts.getChildren().clear();
        for (Part part : Part.values()) {
            parts.getChildren().add(line(part, model.findings().get(part)));
        }
    }

    private static String word(Grade grade) {
        return grade.name().toLowerCase(Locale.ROOT);
    }

    /// @param finding null while it is not known yet
    private HBox line(Part part, @Nullable Finding finding) {
        Label name = new Label(words.name(part));
        name.getStyleClass().add("strong");
        Label grade = new Label(finding == null ? texts.get("hardware.check.waiting") : words.grade(finding.grade()));
        grade.getStyleClass().add("pill");
        grade.setMinWidth(Region.USE_PREF_SIZE);
        IconView icon = new IconView(finding == null ? Icon.CLOCK : icon(finding.grade()));
        if (finding != null) {
            grade.getStyleClass().add(style(finding.grade()));
            icon.getStyleClass().add(style(finding.grade()));
        }
        HBox head = new HBox(name, grade);
        head.getStyleClass().add("hardware-piece-head");
        VBox body = new VBox(head);
        HBox.setHgrow(body, Priority.ALWAYS);
        if (finding != null) {
            body.getChildren().add(text(words.text(finding), "muted"));
            String next = words.next(finding);
            if (!next.isEmpty()) {
                body.getChildren().add(text(next, "hardware-next"));
            }
        }
        HBox line = new HBox(icon, body);
        line.getStyleClass().add("hardware-piece");
        return line;
    }

    private static Label text(String text, String style) {
        Label label = new Label(text);
        label.getStyleClass().add(style);
        label.setWrapText(true);
        return label;
    }

    private static Icon icon(Grade grade) {
        return switch (grade) {
            case GOOD -> Icon.CHECK;
            case LIMITED -> Icon.WARNING;
            case BAD -> Icon.ERROR;
        };
    }

    private static String style(Grade grade) {
        return switch (grade) {
            case GOOD -> "good";
            case LIMITED -> "warn";
            case BAD -> "bad";
        };
    }

    Parent root() {
        return root;
    }
}
