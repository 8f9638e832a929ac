package dev.gantry.app.ui.task;

import dev.gantry.engine.progress.Progress;

/// What is done beside the JavaFX thread; it looks at `progress` between steps to learn that it should stop.
@FunctionalInterface
public interface Work<T> {
    T run(Progress progress) throws Exception;
}
