package dev.gantry.lora.data.tokens;

/// Which tokens of an example count in the loss.
public enum TrainOn {
    /// What the assistant says, its end-of-turn marker included.
    ANSWERS,
    EVERYTHING
}
