package dev.gantry.app.ui;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javafx.scene.Node;
import javafx.scene.control.Labeled;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.robot.Robot;

/// The keyboard alone, as a person uses it who has no mouse.
///
/// Its keys go through JavaFX's own robot: TestFX's waits a twentieth of a second before and after each, and a road
/// through the whole window has a thousand of them.
public final class Keys {
    /// More stops than any screen has.
    private static final int MOST_STOPS = 60;

    private final OpenWindow open;
    private final Robot robot = OpenWindow.onWindow(Robot::new);

    public Keys(OpenWindow open) {
        this.open = open;
    }

    /// Goes to a screen by its number in the rail.
    public void screen(int number) {
        with(KeyCode.valueOf("DIGIT" + number));
    }

    /// Ctrl with a comma.
    public void settings() {
        with(KeyCode.COMMA);
    }

    /// Ctrl+Enter: the next step, or the main thing a screen does.
    public void goOn() {
        with(KeyCode.ENTER);
    }

    private void with(KeyCode key) {
        OpenWindow.onWindow(() -> {
            robot.keyPress(KeyCode.CONTROL);
            robot.keyType(key);
            robot.keyRelease(KeyCode.CONTROL);
            return true;
        });
        open.settle();
    }

    /// Presses Tab until the control with this id has the focus, then the space bar.
    public void press(String id) {
        reach(id);
        type(KeyCode.SPACE);
        open.settle();
    }

    /// The same for a button that is known by its words.
    public void pressButton(String text) {
        tabTo(
                text,
                () -> open.window.scene().getFocusOwner() instanceof Labeled button && text.equals(button.getText()));
        type(KeyCode.SPACE);
        open.settle();
    }

    /// Presses Tab until one of a few choices side by side has the focus, then the arrows to the one with these words,
    /// and the space bar there: Tab stops only at the one that is chosen.
    public void choose(String text) {
        tabTo(text, () -> inOneGroup(open.window.scene().getFocusOwner()).contains(text));
        List<String> group =
                OpenWindow.onWindow(() -> inOneGroup(open.window.scene().getFocusOwner()));
        String chosen =
                OpenWindow.onWindow(() -> ((ToggleButton) open.window.scene().getFocusOwner()).getText());
        int steps = group.indexOf(text) - group.indexOf(chosen);
        for (int step = 0; step < Math.abs(steps); step++) {
            type(steps > 0 ? KeyCode.RIGHT : KeyCode.LEFT);
        }
        type(KeyCode.SPACE);
        open.settle();
    }

    /// The words of all choices that a node is one of.
    private static List<String> inOneGroup(Node node) {
        return node instanceof ToggleButton button && button.getToggleGroup() != null
                ? button.getToggleGroup().getToggles().stream()
                        .map(toggle -> ((ToggleButton) toggle).getText())
                        .toList()
                : List.of();
    }

    /// Presses Tab until the field with this id has the focus, and writes `text` over what stands there.
    public void write(String id, String text) {
        reach(id);
        with(KeyCode.A);
        text.chars()
                .forEach(character -> OpenWindow.onWindow(() -> {
                    Node owner = open.window.scene().getFocusOwner();
                    owner.fireEvent(typed(owner, Character.toString(character)));
                    return true;
                }));
    }

    /// What the system tells of a character, whichever key it is on.
    private static KeyEvent typed(Node owner, String character) {
        return new KeyEvent(
                owner, owner, KeyEvent.KEY_TYPED, character, "", KeyCode.UNDEFINED, false, false, false, false);
    }

    /// Presses Tab until the control with this id has the focus.
    public void reach(String id) {
        tabTo(id, () -> {
            Node owner = open.window.scene().getFocusOwner();
            return owner != null && id.equals(owner.getId());
        });
    }

    /// Presses a key, and waits until what it did has been done.
    public void type(KeyCode key) {
        OpenWindow.onWindow(() -> {
            robot.keyType(key);
            return true;
        });
        OpenWindow.onWindow(() -> true);
    }

    private void tabTo(String what, Callable<Boolean> reached) {
        List<String> stops = new ArrayList<>();
        while (!OpenWindow.onWindow(reached)) {
            stops.add(
                    OpenWindow.onWindow(() -> String.valueOf(open.window.scene().getFocusOwner())));
            if (stops.size() > MOST_STOPS) {
                throw new AssertionError("Tab does not reach " + what + ", but " + stops);
            }
            type(KeyCode.TAB);
        }
    }
}
