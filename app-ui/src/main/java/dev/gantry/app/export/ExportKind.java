package dev.gantry.app.export;

/// What is written.
public enum ExportKind {
    /// A PEFT folder: the adapter alone, for those who have the base model.
    ADAPTER,
    /// A model of its own in Hugging Face's layout.
    MERGED
}
