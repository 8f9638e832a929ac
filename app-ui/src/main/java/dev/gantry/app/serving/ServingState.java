package dev.gantry.app.serving;

import dev.gantry.engine.GantryException;
import org.jspecify.annotations.Nullable;

/// Where the window's server is: off → starting → on → ending → off; from each of them to off when its process ends.
public sealed interface ServingState {
    /// No process, no memory, no socket.
    ///
    /// @param why it ended by itself, or null when nobody served yet or somebody switched it off
    record Off(@Nullable GantryException why) implements ServingState {}

    /// The process loads the model.
    record Starting(ServeOrder order) implements ServingState {}

    /// Other programs can ask.
    record On(ServeOrder order, ServeEvent.Begun begun) implements ServingState {}

    /// It was told to end and gives its last token.
    record Ending(ServeOrder order) implements ServingState {}

    default boolean isOff() {
        return this instanceof Off;
    }
}
