package dev.gantry.lora.train;

import java.io.IOException;
import java.nio.file.Path;

/// How a trainee's values are written into a checkpoint's folder and read back.
public interface CheckpointFiles {

    /// Writes them in a form that other programs load too.
    void write(Path folder) throws IOException;

    /// Reads them into the trainee's tensors.
    void read(Path folder) throws IOException;
}
