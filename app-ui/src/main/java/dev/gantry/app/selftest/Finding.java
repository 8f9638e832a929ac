package dev.gantry.app.selftest;

import java.util.List;

/// What came out of one check.
///
/// @param reason what the text about it is called, such as `enough`
/// @param amounts what that text tells, in its order
public record Finding(Part part, Grade grade, String reason, List<Amount> amounts) {
    /// Something that languages write in different ways.
    public sealed interface Amount {}

    public record Bytes(long bytes) implements Amount {}

    public record BytesPerSecond(long bytes) implements Amount {}

    /// A version, a path, what a system said: the same in every language.
    public record Words(String text) implements Amount {}

    public Finding {
        amounts = List.copyOf(amounts);
    }

    static Finding of(Part part, Grade grade, String reason, Amount... amounts) {
        return new Finding(part, grade, reason, List.of(amounts));
    }
}
