package dev.gantry.lora.data.source;

/// How rows are laid out in a file.
public enum FileKind {
    /// One JSON value a line.
    JSONL,
    /// One JSON document: an array of rows, or an object that holds such an array under `data`, `rows`, ...
    JSON,
    CSV,
    TSV,
    PARQUET,
    TEXT
}
