package dev.gantry.engine.decoder;

/// The places of a decoder that hold parameters, in the order data flows through them.
public enum Module {
    TOKEN_EMBEDDING(Scope.MODEL, Kind.EMBEDDING),
    PROJECT_IN(Scope.MODEL, Kind.LINEAR),
    POSITION_EMBEDDING(Scope.MODEL, Kind.EMBEDDING),
    EMBEDDING_NORM(Scope.MODEL, Kind.NORM),
    ATTENTION_NORM(Scope.LAYER, Kind.NORM),
    /// q, k and v in one matrix (GPT-2, BLOOM).
    QUERY_KEY_VALUE(Scope.LAYER, Kind.LINEAR),
    QUERY(Scope.LAYER, Kind.LINEAR),
    KEY(Scope.LAYER, Kind.LINEAR),
    VALUE(Scope.LAYER, Kind.LINEAR),
    ATTENTION_OUTPUT(Scope.LAYER, Kind.LINEAR),
    MLP_NORM(Scope.LAYER, Kind.NORM),
    /// Only in gated MLPs.
    MLP_GATE(Scope.LAYER, Kind.LINEAR),
    MLP_UP(Scope.LAYER, Kind.LINEAR),
    MLP_DOWN(Scope.LAYER, Kind.LINEAR),
    FINAL_NORM(Scope.MODEL, Kind.NORM),
    PROJECT_OUT(Scope.MODEL, Kind.LINEAR),
    HEAD(Scope.MODEL, Kind.LINEAR);

    private final Scope scope;
    private final Kind kind;

    Module(Scope scope, Kind kind) {
        this.scope = scope;
        this.kind = kind;
    }

    public boolean isInLayer() {
        return scope == Scope.LAYER;
    }

    /// Whether it lies in front of all blocks.
    public boolean isInFront() {
        return scope == Scope.MODEL && compareTo(ATTENTION_NORM) < 0;
    }

    public boolean isLinear() {
        return kind == Kind.LINEAR;
    }

    public boolean isNorm() {
        return kind == Kind.NORM;
    }

    private enum Scope {
        MODEL,
        LAYER
    }

    private enum Kind {
        EMBEDDING,
        NORM,
        LINEAR
    }
}
