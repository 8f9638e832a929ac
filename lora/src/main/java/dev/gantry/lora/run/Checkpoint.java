package dev.gantry.lora.run;

import java.nio.file.Path;

/// A complete checkpoint on disk.
///
/// @param folder holds the trained tensors in a form other programs load, optimizer.safetensors and trainer_state.json
public record Checkpoint(Path folder, TrainerState state) {
    /// Name of the optimizer's file.
    public static final String OPTIMIZER_FILE = "optimizer.safetensors";

    /// Name of the state's file; it is written last.
    public static final String STATE_FILE = "trainer_state.json";

    /// Folder of the model in a checkpoint of full-parameter training; a LoRA run's holds a PEFT adapter instead.
    public static final String MODEL_FOLDER = "model";

    public String name() {
        return String.valueOf(folder.getFileName());
    }
}
