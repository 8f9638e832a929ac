package dev.gantry.zoo.catalog;

/// One measured value of a run, such as `loss` at step 40.
public record MetricPoint(long step, String name, double value) {}
