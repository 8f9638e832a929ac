package dev.gantry.lora.conformance;

import dev.gantry.zoo.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;

/// The batches a case trains on, taken in turn.
record TrainBatches(List<PaddedBatch> batches) {

    static TrainBatches read(LoadedCase loaded) {
        List<PaddedBatch> batches = new ArrayList<>();
        try (Checkpoint file = loaded.open("train_batches.safetensors")) {
            for (int i = 0; file.tensors().containsKey("batch." + i + ".input_ids"); i++) {
                batches.add(PaddedBatch.read(file, "batch." + i + "."));
            }
        }
        return new TrainBatches(List.copyOf(batches));
    }

    PaddedBatch of(int step) {
        return batches.get(step % batches.size());
    }
}
