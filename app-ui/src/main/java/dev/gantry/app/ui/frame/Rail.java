package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.ScreenName;
import javafx.application.Platform;
import javafx.css.PseudoClass;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// The list of screens at the left: an icon and a word each, the icon alone where the window is too narrow for words.
final class Rail {
    private static final PseudoClass CURRENT = PseudoClass.getPseudoClass("current");
    /// In letter sizes of the name above the rail: below it the words make place for the content.
    private static final double WIDTH_FOR_WORDS_EM = 56;

    private Rail() {}

    static void fill(VBox rail, Label brandName, FrameViewModel model) {
        int number = 1;
        for (ScreenName screen : model.screens()) {
            if (screen == ScreenName.SETTINGS) {
                Region space = new Region();
                VBox.setVgrow(space, Priority.ALWAYS);
                rail.getChildren().add(space);
            }
            rail.getChildren().add(button(screen, model, number++));
        }
        rail.sceneProperty().subscribe(scene -> {
            if (scene != null) {
                scene.widthProperty().subscribe(width -> layOut(rail, brandName, width.doubleValue()));
                brandName.fontProperty().subscribe(font -> layOut(rail, brandName, scene.getWidth()));
            }
        });
    }

    private static Button button(ScreenName screen, FrameViewModel model, int number) {
        String title = model.title(screen);
        Button button = new Button(title, new IconView(Icon.valueOf(screen.name())));
        button.getStyleClass().add("rail-button");
        button.setId("rail-" + screen.key());
        button.setAccessibleText(title);
        button.setTooltip(new Tooltip(title + "  Ctrl+" + (screen == ScreenName.SETTINGS ? "," : number)));
        button.setMaxWidth(Double.MAX_VALUE);
        button.setOnAction(event -> model.go(screen));
        model.currentProperty().subscribe(current -> button.pseudoClassStateChanged(CURRENT, current == screen));
        return button;
    }

    /// Later, because this is heard in the middle of a pass over styles, which would miss the change of a class.
    private static void layOut(VBox rail, Label brandName, double windowWidth) {
        boolean words = windowWidth >= WIDTH_FOR_WORDS_EM * brandName.getFont().getSize();
        Platform.runLater(() -> show(rail, brandName, words));
    }

    private static void show(VBox rail, Label brandName, boolean words) {
        brandName.setVisible(words);
        brandName.setManaged(words);
        for (var child : rail.getChildren()) {
            if (child instanceof Button button) {
                button.setContentDisplay(words ? ContentDisplay.LEFT : ContentDisplay.GRAPHIC_ONLY);
            }
        }
        if (words) {
            rail.getStyleClass().remove("narrow");
        } else if (!rail.getStyleClass().contains("narrow")) {
            rail.getStyleClass().add("narrow");
        }
    }
}
