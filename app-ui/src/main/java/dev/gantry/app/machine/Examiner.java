package dev.gantry.app.machine;

import dev.gantry.engine.progress.Progress;
import java.io.IOException;

/// Says what a machine is and what it can do.
public interface Examiner {
    /// What it is made of; quick.
    MachineParts look() throws IOException;

    /// What it does in a second; takes seconds.
    MachineReport.Rates measure(Progress progress) throws IOException;
}
