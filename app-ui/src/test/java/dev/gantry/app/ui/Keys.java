package dev.gantry.app.ui;

import java.util.concurrent.Callable;
import javafx.scene.Node;
import javafx.scene.control.Labeled;
import javafx.scene.input.KeyCode;
import org.testfx.util.WaitForAsyncUtils;

/// The keyboard alone, as a person uses it who has no mouse.
public final class Keys {
    /// More stops than any screen has.
    private static final int STOPS = 60;

    private final OpenWindow open;

    public Keys(OpenWindow open) {
        this.open = open;
    }

    /// Goes to a screen by its number in the rail.
    public void screen(int number) {
        with(KeyCode.valueOf("DIGIT" + number));
    }

    /// Ctrl+Enter: the next step, or the main thing a screen does.
    public void goOn() {
        with(KeyCode.ENTER);
    }

    private void with(KeyCode key) {
        open.robot.press(KeyCode.CONTROL).type(key).release(KeyCode.CONTROL);
        open.settle();
    }

    /// Presses Tab until the control with this id has the focus, then the space bar.
    public void press(String id) {
        reach(id);
        space();
    }

    /// The same for a button that is known by its words.
    public void pressButton(String text) {
        tabTo(
                text,
                () -> open.window.scene().getFocusOwner() instanceof Labeled button && text.equals(button.getText()));
        space();
    }

    /// Presses Tab until the field with this id has the focus, and writes `text` over what stands there.
    public void write(String id, String text) {
        reach(id);
        with(KeyCode.A);
        open.robot.write(text);
        WaitForAsyncUtils.waitForFxEvents();
    }

    /// Presses Tab until the control with this id has the focus.
    public void reach(String id) {
        tabTo(id, () -> {
            Node owner = open.window.scene().getFocusOwner();
            return owner != null && id.equals(owner.getId());
        });
    }

    private void space() {
        open.robot.type(KeyCode.SPACE);
        open.settle();
    }

    private void tabTo(String what, Callable<Boolean> reached) {
        for (int stop = 0; stop < STOPS; stop++) {
            if (OpenWindow.onWindow(reached)) {
                return;
            }
            open.robot.type(KeyCode.TAB);
            WaitForAsyncUtils.waitForFxEvents();
        }
        throw new AssertionError("Tab does not reach " + what + ", but "
                + OpenWindow.onWindow(() -> open.window.scene().getFocusOwner()));
    }
}
