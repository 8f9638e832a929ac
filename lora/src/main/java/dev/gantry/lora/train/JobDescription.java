package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.lora.adapter.AdapterLayout;
import dev.gantry.lora.adapter.AdapterSlot;
import dev.gantry.lora.adapter.LoraConfig;
import dev.gantry.lora.data.tokens.TokenRows;
import dev.gantry.lora.train.config.ResolvedSettings;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.offload.plan.TrainingJob;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A run as the planner sees it: shapes and counts, from its inputs alone.
final class JobDescription {
    private JobDescription() {}

    /// Where the adapter of a run goes.
    ///
    /// @throws GantryException when the model has no such places
    static AdapterLayout adapterLayout(RunInputs inputs) {
        BaseModel base = inputs.base();
        try {
            return AdapterLayout.of(inputs.settings().lora(), base.spec(), base.family()::modulePath);
        } catch (IllegalArgumentException e) {
            throw GantryException.usage(
                            "CONFIG-LORA",
                            "cannot put the adapter on this model",
                            String.valueOf(e.getMessage()),
                            "Change the lora settings.")
                    .causedBy(e);
        }
    }

    static TrainingJob of(RunInputs inputs, Backend backend) {
        ResolvedSettings settings = inputs.settings();
        Map<AdapterSite, Integer> ranks = new HashMap<>();
        Set<ParameterId> trained = new HashSet<>();
        float dropout = 0;
        if (settings.config().stage() == Stage.SFT) {
            LoraConfig lora = settings.lora();
            AdapterLayout layout = adapterLayout(inputs);
            for (AdapterSlot slot : layout.slots()) {
                ranks.put(slot.site(), slot.rank());
            }
            layout.parameters().stream().map(ParameterSpec::id).forEach(trained::add);
            dropout = (float) lora.loraDropout();
        } else {
            DecoderParameters.of(inputs.base().spec()).forEach(parameter -> trained.add(parameter.id()));
        }
        TrainingJob job = new TrainingJob(
                inputs.base().spec(),
                inputs.base().storedTypes(),
                settings.compute(),
                ranks,
                dropout,
                trained,
                inputs.maxBatchTokens(),
                settings.microBatches(),
                ChatSamples.of(inputs, backend, backend.unlimited()).capacity(),
                settings.config().machine().retention(),
                settings.loopPlan().totalSteps());
        return job.withText(text(inputs));
    }

    /// What the rows to train on are like: attention grows with their length, the head's work with what is learned.
    private static TrainingJob.Text text(RunInputs inputs) {
        TokenRows rows = inputs.data().train();
        double squares = 0;
        for (int row = 0; row < rows.size(); row++) {
            squares += (double) rows.length(row) * rows.length(row);
        }
        long tokens = Math.max(1, rows.tokenCount());
        double learned = inputs.data().summary().learnedTokens();
        return new TrainingJob.Text(Math.max(1, squares / tokens), Math.min(1, learned / tokens));
    }
}
