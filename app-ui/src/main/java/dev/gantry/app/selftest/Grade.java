package dev.gantry.app.selftest;

/// How a check came out.
public enum Grade {
    /// Green: as it should be.
    GOOD,
    /// Amber: Gantry works, slower or with smaller models.
    LIMITED,
    /// Red: something will not work until it is mended.
    BAD
}
