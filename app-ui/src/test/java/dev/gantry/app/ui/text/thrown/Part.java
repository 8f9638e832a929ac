package dev.gantry.app.ui.text.thrown;

/// A piece of a sentence as the source builds it.
sealed interface Part {
    /// Always the same words.
    record Literal(String text) implements Part {}

    /// A value that only a run of the program knows.
    record Slot(String name) implements Part {}

    /// What the callers of the method hand over.
    record Parameter(int index, String name) implements Part {}
}
