package dev.gantry.engine.decoder;

import dev.gantry.engine.tensor.Shape;

/// A parameter tensor that a model has, and its shape as stored.
public record ParameterSpec(ParameterId id, Shape shape) {}
