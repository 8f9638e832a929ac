package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.tensors.TensorFile;
import java.io.IOException;
import java.nio.file.Path;

/// A LoRA run's checkpoint: a PEFT folder.
record AdapterFiles(Adapter adapter, DecoderSpec base, String baseModel, Backend backend) implements CheckpointFiles {

    @Override
    public void write(Path folder) throws IOException {
        PeftFolder.write(folder, adapter, base, baseModel);
    }

    @Override
    public void read(Path folder) {
        TensorFile.readInto(adapter.tensors(), folder.resolve(PeftFolder.TENSORS_FILE), backend);
    }
}
