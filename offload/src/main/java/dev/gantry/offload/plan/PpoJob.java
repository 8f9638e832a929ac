package dev.gantry.offload.plan;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.DType;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What a plan needs to know of proximal policy optimization (Schulman et al. 2017) with four roles on one model.
///
/// @param stored element type of the base's parameters
/// @param adapterRanks rank of each adapter; actor, critic and reward have one set each
/// @param promptTokens of the longest prompt
/// @param newTokens that are generated at most
/// @param generatedTogether prompts that are answered side by side
/// @param microRows answers that are scored or trained on at once
/// @param microBatches of an optimizer step
/// @param keptRows answers that are kept, with what the roles said of them, until they have been trained on
/// @param retention what the forward keeps for the backward
public record PpoJob(
        DecoderSpec spec,
        DType stored,
        ComputeType compute,
        Map<AdapterSite, Integer> adapterRanks,
        int promptTokens,
        int newTokens,
        int generatedTogether,
        int microRows,
        int microBatches,
        int keptRows,
        Retention retention) {

    public PpoJob {
        adapterRanks = Map.copyOf(adapterRanks);
        int least = IntStream.of(promptTokens, newTokens, generatedTogether, microRows, microBatches, keptRows)
                .min()
                .orElseThrow();
        if (least < 1 || promptTokens + newTokens > spec.maxPositions()) {
            throw GantryException.usage(
                    "PLAN-PPO",
                    "cannot plan these roles",
                    least < 1
                            ? "a number of tokens, rows or micro-batches is " + least
                            : "the model takes " + spec.maxPositions() + " tokens, and prompt and answer have "
                                    + (promptTokens + newTokens),
                    "Give at least 1 of each, and no more tokens than the model takes.");
        }
    }

    /// Tokens of the longest prompt with its answer.
    public int rowTokens() {
        return promptTokens + newTokens;
    }

    /// Training of a role's adapter.
    TrainingJob adapter() {
        return training(adapterRanks, Set.of());
    }

    /// Training of all of a role's parameters.
    TrainingJob whole() {
        return training(
                Map.of(),
                DecoderParameters.of(spec).stream().map(ParameterSpec::id).collect(Collectors.toSet()));
    }

    private TrainingJob training(Map<AdapterSite, Integer> ranks, Set<ParameterId> trained) {
        Map<ParameterId, DType> types = new HashMap<>();
        DecoderParameters.of(spec).forEach(parameter -> types.put(parameter.id(), stored));
        return new TrainingJob(
                spec, types, compute, ranks, 0, trained, microRows * rowTokens(), microBatches, 0, retention, 1);
    }
}
