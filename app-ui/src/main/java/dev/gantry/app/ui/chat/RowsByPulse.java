package dev.gantry.app.ui.chat;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import javafx.animation.AnimationTimer;

/// Lets a few rows be made in each pulse; others stand empty until it is their turn. After a far jump every row on the
/// screen is new, and all at once would keep the window for longer than a person notices.
final class RowsByPulse {
    /// Styled and laid out in some twenty milliseconds by a software renderer.
    static final int ROWS = 4;

    private final Set<TranscriptCell> waiting = new LinkedHashSet<>();
    private final Runnable onFilled;
    private int made;

    private final AnimationTimer timer = new AnimationTimer() {
        @Override
        public void handle(long now) {
            pulse();
        }
    };

    /// @param onFilled is told when rows that stood empty have their words
    RowsByPulse(Runnable onFilled) {
        this.onFilled = onFilled;
    }

    /// Whether a row may be made at once; one that may not calls [#await].
    boolean take() {
        if (made >= ROWS) {
            return false;
        }
        if (made++ == 0) {
            timer.start();
        }
        return true;
    }

    /// Fills the cell in one of the next pulses.
    void await(TranscriptCell cell) {
        waiting.add(cell);
    }

    private void pulse() {
        made = 0;
        if (waiting.isEmpty()) {
            timer.stop();
            return;
        }
        for (Iterator<TranscriptCell> next = waiting.iterator(); next.hasNext() && made < ROWS; ) {
            TranscriptCell cell = next.next();
            next.remove();
            made += cell.fill() ? 1 : 0;
        }
        onFilled.run();
    }
}
