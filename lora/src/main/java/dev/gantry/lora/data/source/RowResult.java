package dev.gantry.lora.data.source;

import tools.jackson.databind.JsonNode;

/// What a reader found next: a row, or the reason why a row could not be read.
public sealed interface RowResult {

    /// A row as it stands in the file. Tables give an object of strings, text files an object with `text`.
    record Row(SourcePosition at, JsonNode value) implements RowResult {

        public Fault fault(FaultKind kind, String message) {
            return new Fault(kind, at, message, value.toString());
        }
    }

    /// A row that could not be read; reading goes on behind it where that is possible.
    record Unreadable(Fault fault) implements RowResult {}
}
