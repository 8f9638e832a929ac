package dev.gantry.lora.conformance;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.memory.CheckpointModel;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.lora.memory.SweptModel;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.LongStream;

/// A case with its model mapped.
///
/// @param tiers where everything is taken from that is computed with
record LoadedCase(Backend backend, CaseFolder reference, LoadedModel loaded, MemoryTiers tiers) {

    DecoderModel model() {
        return loaded.model();
    }

    StoredModel stored() {
        return CheckpointModel.of(loaded);
    }

    /// The checkpoint with what an adapter brings whole.
    StoredModel stored(Adapter adapter) {
        return CheckpointModel.of(loaded, adapter);
    }

    /// What the checkpoint calls a parameter.
    String name(ParameterId id) {
        return loaded.folder().parameters().name(id);
    }

    boolean has(String file) {
        return reference.has(file);
    }

    /// Whether the adapter's part of the case must have this file. A case with a forward is whole: whatever it lacks is
    /// a fault of its. Of others what there is is compared.
    boolean isDue(String file) {
        return has(AdapterRun.FORWARD) || has(file);
    }

    Checkpoint open(String file) {
        return SafetensorsFile.open(reference.folder().resolve(file));
    }

    Path adapterFolder(String name) {
        return reference.folder().resolve("lora").resolve(name);
    }

    /// One of the case's adapters, such as `adapter_init`; the caller closes it.
    Adapter adapter(String name) {
        Path folder = adapterFolder(name);
        try {
            return PeftFolder.read(
                    folder, model().spec(), loaded.folder().family()::modulePath, backend, tiers.device());
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

    /// Memory for what is computed; the caller closes it.
    TensorArena arena() {
        return new TensorArena(tiers.device(), "reference case");
    }

    /// A pass over whole batches, as the limits want it; whatever they are, it computes the same bits.
    ///
    /// @param trained parameters whose gradients will be asked for
    TrainingPass.Plan plan(int tokens, int microBatches, Adapters adapters, Set<ParameterId> trained) {
        Retention retention = tiers.areLimited() ? Retention.BOUNDARY : Retention.EVERYTHING;
        return new TrainingPass.Plan(tokens, microBatches, retention, adapters, trained)
                .withHead(SweptModel.headOrder(tiers));
    }

    /// The weights for such a pass.
    ///
    /// @param beside bytes that will be taken of the device beside weights and pass
    SweptModel weights(StoredModel of, TrainingPass.Plan plan, long beside) {
        long pass = TrainingPass.measure(backend, of.spec(), ComputeType.F32, plan);
        SweptModel.Use use =
                new SweptModel.Use(ComputeType.F32, plan.maxTokens(), pass + beside, largestTrained(of, plan));
        tiers.device().requireFree("a reference case", pass + beside);
        return SweptModel.open(backend, of, use, tiers);
    }

    private static long largestTrained(StoredModel of, TrainingPass.Plan plan) {
        LongStream whole = plan.trained().stream()
                .mapToLong(id -> of.model().parameter(id).shape().elements());
        LongStream adapters = plan.adapters().sites().values().stream()
                .mapToLong(site -> Math.max(site.a().elements(), site.b().elements()));
        return LongStream.concat(whole, adapters).max().orElse(0);
    }

    ForwardCheck forward(StoredModel of, Adapters adapters) {
        return new ForwardCheck(this, of, adapters, inputs());
    }
}
