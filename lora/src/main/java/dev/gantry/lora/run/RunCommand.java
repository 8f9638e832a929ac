package dev.gantry.lora.run;

import java.util.Locale;
import java.util.Optional;

/// What people ask of a run that is going on. It is done between two steps and never changes the run's numbers.
public enum RunCommand {
    /// Save, then wait; memory stays taken.
    PAUSE,
    /// Go on after a pause.
    RESUME,
    /// Save, then end; the run can be resumed.
    STOP,
    /// Answer the sample questions now.
    SAMPLE,
    /// Save a checkpoint now, and keep it however many follow.
    SAVE;

    /// The word that files and people use.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<RunCommand> of(String word) {
        for (RunCommand command : values()) {
            if (command.word().equals(word)) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }
}
