package dev.gantry.engine.pass;

import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/// The weights of one norm: f32 rows; no bias in an RMS norm.
public record NormWeights(Matrix weight, @Nullable Matrix bias) {}
