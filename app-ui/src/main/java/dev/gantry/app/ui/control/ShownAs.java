package dev.gantry.app.ui.control;

import java.util.function.Function;
import java.util.function.Supplier;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/// The words for what is chosen from a list and never typed.
public final class ShownAs<T> extends StringConverter<T> {
    private final Function<T, String> words;
    private final Supplier<String> nothing;

    /// Nothing is said where nothing is chosen.
    public ShownAs(Function<T, String> words) {
        this(words, () -> "");
    }

    /// @param nothing what is said where nothing is chosen
    public ShownAs(Function<T, String> words, Supplier<String> nothing) {
        this.words = words;
        this.nothing = nothing;
    }

    @Override
    public String toString(@Nullable T value) {
        return value == null ? nothing.get() : words.apply(value);
    }

    @Override
    public T fromString(String text) {
        throw new IllegalStateException("chosen from a list, not typed: " + text);
    }
}
