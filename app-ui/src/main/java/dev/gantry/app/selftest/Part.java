package dev.gantry.app.selftest;

import java.util.Locale;

/// What is checked, in this order: what takes long comes late.
public enum Part {
    JAVA,
    DISPLAY,
    /// Free memory.
    MEMORY,
    /// The folder that Gantry writes to.
    FOLDER,
    LIBRARIES,
    /// Free space and speed of the disk under that folder.
    DISK,
    /// The model that comes with the program loads and answers.
    STARTER;

    /// What its texts are called.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
