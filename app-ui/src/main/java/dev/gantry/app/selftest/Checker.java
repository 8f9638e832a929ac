package dev.gantry.app.selftest;

/// Carries out one check.
@FunctionalInterface
public interface Checker {
    /// Never fails: what goes wrong is the finding. May take seconds.
    Finding check(Part part);
}
