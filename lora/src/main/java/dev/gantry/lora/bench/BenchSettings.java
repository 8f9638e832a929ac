package dev.gantry.lora.bench;

import dev.gantry.engine.pass.ComputeType;

/// What to measure with.
///
/// @param batch sequences side by side
/// @param tokens of each sequence: trained, prefilled, or already there when decoding starts
/// @param newTokens decoded after them
/// @param rank of the adapters on PEFT's default targets
/// @param rounds measured, after one that warms up
/// @param seed of weights and tokens
public record BenchSettings(
        ComputeType compute, int threads, int batch, int tokens, int newTokens, int rank, int rounds, long seed) {}
