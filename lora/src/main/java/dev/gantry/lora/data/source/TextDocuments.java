package dev.gantry.lora.data.source;

/// What counts as one document in a plain-text file.
public enum TextDocuments {
    WHOLE_FILE,
    /// Blank lines separate documents.
    BLANK_LINE
}
