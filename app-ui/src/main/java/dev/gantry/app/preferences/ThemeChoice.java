package dev.gantry.app.preferences;

/// Which colours the user asked for.
public enum ThemeChoice {
    /// As the desktop is set, also when that changes while the window is open.
    SYSTEM,
    LIGHT,
    DARK,
    /// Black, white and strong lines, for eyes that need them.
    CONTRAST
}
