package dev.gantry.lora.data.example;

import dev.gantry.lora.data.source.FaultKind;

/// A row does not hold what its format promises.
final class RowFaultException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FaultKind kind;

    RowFaultException(FaultKind kind, String message) {
        super(message);
        this.kind = kind;
    }

    FaultKind kind() {
        return kind;
    }
}
