package dev.gantry.app.cli;

/// How progress is shown.
public enum BarStyle {
    /// One line, redrawn in place: a person is watching.
    REDRAWN,
    /// A plain line every few seconds: the output goes to a file or another program.
    LINES
}
