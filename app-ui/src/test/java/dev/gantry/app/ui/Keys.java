package dev.gantry.app.ui;

import java.util.Objects;
import javafx.scene.Node;
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
        for (int stop = 0; stop < STOPS; stop++) {
            if (id.equals(focused())) {
                open.robot.type(KeyCode.SPACE);
                open.settle();
                return;
            }
            open.robot.type(KeyCode.TAB);
            WaitForAsyncUtils.waitForFxEvents();
        }
        throw new AssertionError("Tab does not reach " + id + ", but " + focused());
    }

    private String focused() {
        return OpenWindow.onWindow(() -> {
            Node owner = open.window.scene().getFocusOwner();
            return owner == null ? "nothing" : Objects.requireNonNullElse(owner.getId(), owner.toString());
        });
    }
}
