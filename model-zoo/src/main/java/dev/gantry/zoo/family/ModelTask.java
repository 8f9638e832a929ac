package dev.gantry.zoo.family;

/// What the top of a model does.
public enum ModelTask {
    /// Predicts the next token.
    CAUSAL_LM,
    /// Scores a whole sequence: a reward model, with a `score.weight` instead of a language head.
    SEQUENCE_CLASSIFICATION
}
