package dev.gantry.engine.decoder;

/// Whether a linear module has a bias.
public enum Bias {
    ABSENT,
    PRESENT
}
