package dev.gantry.app.ui;

import javafx.animation.AnimationTimer;

/// Runs an action once the window has been painted, so that it does not compete with the first picture.
final class FirstPulses extends AnimationTimer {
    /// The first pulse lays out and paints; at the third that picture is on the screen.
    private static final int PULSES = 3;

    private final Runnable action;
    private int seen;

    FirstPulses(Runnable action) {
        this.action = action;
    }

    @Override
    public void handle(long nowNanos) {
        seen++;
        if (seen == PULSES) {
            stop();
            action.run();
        }
    }
}
