package dev.gantry.offload.cards;

/// What the layers of a job ask of cards in one step.
///
/// @param layers all of one size
/// @param layerBytes weights of one
/// @param layerFlops of one layer and one micro-batch, forward and backward
/// @param boundaryBytes activations of one micro-batch between two layers
/// @param microBatches of one step
public record LayeredJob(int layers, long layerBytes, double layerFlops, long boundaryBytes, int microBatches) {}
