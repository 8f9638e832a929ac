package dev.gantry.lora.data.example;

/// What a column may hold.
public enum ColumnRole {
    SYSTEM,
    USER,
    ASSISTANT,
    TEXT,
    CHOSEN,
    REJECTED
}
