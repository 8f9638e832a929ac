package dev.gantry.lora.train;

import dev.gantry.lora.adapter.Adapter;
import dev.gantry.offload.ranks.RankedTraining;
import java.io.IOException;
import java.nio.file.Path;

/// An adapter that ranks train: a PEFT folder.
///
/// @param adapter where the ranks' shares are put together
/// @param files of that
record RankedAdapterFiles(Adapter adapter, AdapterFiles files) implements RankedFiles {

    @Override
    public void write(Path checkpoint, RankedTraining training) throws IOException {
        adapter.tensors().forEach((name, tensor) -> training.read(name, tensor.matrix()));
        files.write(checkpoint);
    }

    @Override
    public void read(Path checkpoint, RankedTraining training) {
        files.read(checkpoint);
        adapter.tensors().forEach((name, tensor) -> training.set(name, tensor.matrix()));
    }
}
