package dev.gantry.lora.conformance;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.ModulePaths;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;

/// A case with its model in memory.
///
/// @param names what the checkpoint calls each parameter
/// @param paths what PEFT calls each module
record LoadedCase(Backend backend, CaseFolder reference, DecoderModel model, Names names, ModulePaths paths) {

    /// What a checkpoint calls a parameter.
    @FunctionalInterface
    interface Names {
        String name(ParameterId id);
    }

    boolean has(String file) {
        return reference.has(file);
    }

    Checkpoint open(String file) {
        return SafetensorsFile.open(reference.folder().resolve(file));
    }

    /// One of the case's adapters, such as `adapter_init`; the caller closes it.
    Adapter adapter(String name) {
        Path folder = reference.folder().resolve("lora").resolve(name);
        try {
            return PeftFolder.read(folder, model.spec(), paths, backend);
        } catch (IOException e) {
            throw GantryException.badInput(
                    "CONFORMANCE-ADAPTER", "cannot read the adapter " + folder, e.toString(), "Check the folder.");
        }
    }

    PaddedBatch inputs() {
        try (Checkpoint file = open("inputs.safetensors")) {
            return PaddedBatch.read(file, "");
        }
    }

    ForwardCheck forward(DecoderModel of, Adapters adapters) {
        return new ForwardCheck(backend, reference, of, adapters, inputs());
    }
}
