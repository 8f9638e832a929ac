package dev.gantry.app.run;

/// Files that the window puts into a run's folder, beside those of the trainer.
public final class RunFiles {
    /// The settings as they were asked for; `config.json` says what became of them.
    public static final String SETTINGS = "settings.json";

    /// What the trainer wrote on standard error, over all its processes.
    public static final String LOG = "log.txt";

    /// What the newest trainer wrote on standard output: its report, or its error, as one JSON object.
    public static final String OUTCOME = "outcome.json";

    /// How the newest trainer's process ended, as the system told the window.
    public static final String EXIT = "exit.json";

    /// What the JVM writes when it crashes.
    public static final String CRASH_REPORT = "crash.txt";

    private RunFiles() {}
}
