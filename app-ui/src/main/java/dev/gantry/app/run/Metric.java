package dev.gantry.app.run;

/// What a run measures at every step, or every so many.
public enum Metric {
    LOSS,
    EVAL_LOSS,
    LEARNING_RATE,
    GRADIENT_NORM,
    TOKENS_PER_SECOND
}
