package dev.gantry.engine.progress;

/// What a progress bar counts.
public enum ProgressUnit {
    BYTES("B"),
    TOKENS("tokens"),
    STEPS("steps"),
    ROWS("rows"),
    TENSORS("tensors"),
    FILES("files"),
    ITEMS("");

    private final String symbol;

    ProgressUnit(String symbol) {
        this.symbol = symbol;
    }

    /// The word behind the number; empty for plain items.
    public String symbol() {
        return symbol;
    }
}
