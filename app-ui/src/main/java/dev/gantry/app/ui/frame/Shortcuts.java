package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.text.Texts;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;

/// The keys that work everywhere: Ctrl+1 to 9, Ctrl with a comma for the settings, Ctrl+Enter for the main thing of a
/// screen, Ctrl+K, F1, Ctrl with plus, minus and 0. On a Mac Ctrl is the command key.
public final class Shortcuts {
    private static final int NORMAL_TEXT = 100;
    private static final int TEXT_STEP = 10;

    private Shortcuts() {}

    public static void install(Scene scene, Texts texts, FrameViewModel frame, NoticeCenter notices, ScreenDeck deck) {
        for (int number = 1; number <= 9; number++) {
            int target = number;
            KeyCode digit = KeyCode.valueOf("DIGIT" + number);
            put(scene, digit, () -> unlessCovered(notices, () -> frame.goToNumber(target)));
        }
        put(scene, KeyCode.COMMA, () -> unlessCovered(notices, () -> frame.go(ScreenName.SETTINGS)));
        put(scene, KeyCode.ENTER, () -> unlessCovered(notices, deck::goOn));
        put(scene, KeyCode.K, () -> notices.show(new Overlay.Palette()));
        put(scene, KeyCode.PLUS, () -> frame.changeTextSize(TEXT_STEP));
        put(scene, KeyCode.EQUALS, () -> frame.changeTextSize(TEXT_STEP));
        put(scene, KeyCode.MINUS, () -> frame.changeTextSize(-TEXT_STEP));
        put(scene, KeyCode.DIGIT0, () -> frame.setTextSize(NORMAL_TEXT));
        scene.getAccelerators()
                .put(
                        new KeyCodeCombination(KeyCode.F1),
                        () -> unlessCovered(notices, () -> notices.show(help(scene, texts, frame))));
    }

    private static void put(Scene scene, KeyCode key, Runnable action) {
        scene.getAccelerators().put(new KeyCodeCombination(key, KeyCombination.SHORTCUT_DOWN), action);
    }

    private static void unlessCovered(NoticeCenter notices, Runnable action) {
        if (notices.overlayProperty().get() == null) {
            action.run();
        }
    }

    /// What the focused control says of itself, else what the screen is for.
    private static Overlay.Help help(Scene scene, Texts texts, FrameViewModel frame) {
        for (Node node = scene.getFocusOwner(); node != null; node = node.getParent()) {
            String help = node.getAccessibleHelp();
            if (help != null && !help.isBlank()) {
                String name = node.getAccessibleText();
                return new Overlay.Help(name == null ? texts.get("frame.help") : name, help);
            }
        }
        var screen = frame.currentProperty().get();
        return new Overlay.Help(frame.title(screen), frame.help(screen));
    }
}
