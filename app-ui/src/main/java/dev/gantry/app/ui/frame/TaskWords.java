package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.task.BackgroundTask;
import dev.gantry.app.ui.task.TaskStatus;
import dev.gantry.app.ui.text.Texts;

/// A running task in one line: what, how far, how long still.
final class TaskWords {
    private final Texts texts;

    TaskWords(Texts texts) {
        this.texts = texts;
    }

    /// @param others how many more tasks are running
    String line(BackgroundTask<?> task, TaskStatus status, int others) {
        StringBuilder line = new StringBuilder(task.label());
        if (status.fraction() >= 0) {
            line.append(" · ").append(texts.numbers().percent(status.fraction()));
        }
        status.remaining()
                .ifPresent(left -> line.append(" · ")
                        .append(texts.format("frame.work.left", texts.numbers().roughly(left))));
        if (others > 0) {
            line.append(" · ").append(texts.format("frame.work.others", others));
        }
        return line.toString();
    }
}
