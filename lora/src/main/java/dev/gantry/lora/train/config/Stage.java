package dev.gantry.lora.train.config;

/// What a run does to a model.
public enum Stage {
    /// Trains an adapter on examples (supervised fine-tuning).
    SFT,
    /// Trains all parameters on examples.
    FULL,
    /// Trains all parameters from random values on running text.
    PRETRAIN
}
