package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.tensors.TensorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SequencedMap;

/// How a trainee's values are written into a checkpoint's folder and read back.
public interface CheckpointFiles {

    /// Writes them in a form that other programs load too.
    void write(Path folder) throws IOException;

    /// Reads them into the trainee's tensors.
    void read(Path folder) throws IOException;

    /// Reads the optimizer's states, wherever the run that saved them kept them.
    ///
    /// @param states all of them, by name
    default void readStates(Path folder, SequencedMap<String, Tensor> states, Backend backend) throws IOException {
        TensorFile.readInto(states, folder.resolve(Checkpoint.OPTIMIZER_FILE), backend);
    }
}
