package dev.gantry.lora.train;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.lora.adapter.AdapterLayout;
import dev.gantry.lora.adapter.AdapterSlot;
import dev.gantry.lora.train.config.ResolvedSettings;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.offload.ranks.RankedJob;
import dev.gantry.offload.ranks.RankedJob.AdapterSettings;
import dev.gantry.offload.ranks.TrainedTensor;
import dev.gantry.offload.ranks.TrainedTensor.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A run as its ranks see it: the tensors that one rank would train, in the same order and under the same names.
final class RankedJobs {
    private RankedJobs() {}

    static RankedJob of(RunInputs inputs, Retention retention, RankedJob.Division division) {
        ResolvedSettings settings = inputs.settings();
        RankedJob.Extent extent = new RankedJob.Extent(
                inputs.maxBatchTokens(),
                settings.microBatches(),
                retention,
                !settings.prompts().isEmpty());
        boolean adapter = settings.config().stage() == Stage.SFT;
        return new RankedJob(
                inputs.base().spec(),
                settings.compute(),
                adapter ? adapterTensors(inputs) : modelTensors(inputs),
                adapter ? frozen(inputs) : new RankedJob.Base.AllTrained(),
                division,
                settings.optimizer(),
                settings.maxGradNorm(),
                extent);
    }

    private static RankedJob.Base frozen(RunInputs inputs) {
        float dropout = (float) inputs.settings().lora().loraDropout();
        Map<AdapterSite, AdapterSettings> sites = new HashMap<>();
        for (AdapterSlot slot : JobDescription.adapterLayout(inputs).slots()) {
            sites.put(slot.site(), new AdapterSettings(slot.scale(), dropout));
        }
        return new RankedJob.Base.Frozen(inputs.base().weights(), sites);
    }

    private static List<TrainedTensor> adapterTensors(RunInputs inputs) {
        AdapterLayout layout = JobDescription.adapterLayout(inputs);
        List<Slot> slots = new ArrayList<>();
        for (AdapterSlot slot : layout.slots()) {
            slots.add(new Slot.LowRankA(slot.site()));
            slots.add(new Slot.LowRankB(slot.site()));
        }
        layout.parameters().forEach(parameter -> slots.add(new Slot.Parameter(parameter.id())));
        List<TrainedTensor> tensors = new ArrayList<>();
        layout.tensorShapes(inputs.base().family()::modulePath)
                .forEach((name, shape) -> tensors.add(tensor(inputs, name, slots.get(tensors.size()), shape)));
        return tensors;
    }

    private static List<TrainedTensor> modelTensors(RunInputs inputs) {
        List<TrainedTensor> tensors = new ArrayList<>();
        for (ParameterSpec parameter : DecoderParameters.of(inputs.base().spec())) {
            String name = inputs.base().family().names().standard(parameter.id());
            tensors.add(tensor(inputs, name, new Slot.Parameter(parameter.id()), parameter.shape()));
        }
        return tensors;
    }

    private static TrainedTensor tensor(RunInputs inputs, String name, Slot slot, Shape shape) {
        int columns = Math.toIntExact(shape.extent(-1));
        int rows = Math.toIntExact(shape.elements() / columns);
        return new TrainedTensor(
                name, slot, rows, columns, inputs.settings().decayScope().of(shape.rank()));
    }
}
