package dev.gantry.offload.cards;

/// One graphics card, as it was measured.
///
/// @param roomBytes memory that layers may take
/// @param flopsPerSecond of products
public record Card(long roomBytes, double flopsPerSecond) {}
