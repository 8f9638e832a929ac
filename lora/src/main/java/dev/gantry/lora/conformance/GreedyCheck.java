package dev.gantry.lora.conformance;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.InferencePass;
import dev.gantry.engine.pass.KeyValueCache;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Greedy continuation of prompts: one by one, all at once, and up to an end token.
final class GreedyCheck {
    private static final String FILE = "generate.safetensors";

    private final Backend backend;
    private final CaseFolder reference;
    private final DecoderModel model;
    private final Checkpoint expected;
    private final List<int[]> prompts = new ArrayList<>();
    private final List<long[]> tokens = new ArrayList<>();

    GreedyCheck(Backend backend, CaseFolder reference, DecoderModel model, Checkpoint expected) {
        this.backend = backend;
        this.reference = reference;
        this.model = model;
        this.expected = expected;
        for (int i = 0; expected.tensors().containsKey("prompt." + i); i++) {
            prompts.add(Values.ints(expected.tensor("prompt." + i)));
            tokens.add(Values.integers(expected.tensor("tokens." + i)));
        }
    }

    List<Finding> run() {
        try (ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32)) {
            return List.of(oneByOne(weights), scores(weights), allAtOnce(weights), untilEnd(weights));
        }
    }

    private Finding oneByOne(ResidentWeights weights) {
        Comparison comparison = new Comparison("greedy tokens, one prompt at a time");
        for (int i = 0; i < prompts.size(); i++) {
            List<int[]> prompt = List.of(prompts.get(i));
            comparison.integers(
                    "tokens." + i,
                    tokens.get(i),
                    generate(weights, prompt, tokens.get(i).length, Set.of()).getFirst());
        }
        return comparison.finding();
    }

    private Finding allAtOnce(ResidentWeights weights) {
        Comparison comparison = new Comparison("greedy tokens, all prompts at once");
        List<int[]> continuations = generate(weights, prompts, tokens.getFirst().length, Set.of());
        for (int i = 0; i < prompts.size(); i++) {
            comparison.integers("tokens." + i, tokens.get(i), continuations.get(i));
        }
        return comparison.finding();
    }

    private Finding untilEnd(ResidentWeights weights) {
        Comparison comparison = new Comparison("greedy tokens up to an end token");
        int end = Values.ints(expected.tensor("eos_id"))[0];
        List<int[]> prompt = List.of(prompts.getFirst());
        int[] actual =
                generate(weights, prompt, tokens.getFirst().length, Set.of(end)).getFirst();
        comparison.integers("tokens_until_eos", Values.integers(expected.tensor("tokens_until_eos")), actual);
        return comparison.finding();
    }

    private List<int[]> generate(ResidentWeights weights, List<int[]> from, int newTokens, Set<Integer> endIds) {
        int longest = from.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
        try (Generator generator =
                new Generator(backend, weights.weights(), Adapters.NONE, from.size(), longest + newTokens)) {
            return generator.generate(from, Sampling.GREEDY, newTokens, endIds, (sequence, id) -> true).stream()
                    .map(Generator.Continuation::ids)
                    .toList();
        }
    }

    /// The largest logits and their margin at every step, fed the reference's own tokens.
    private Finding scores(ResidentWeights weights) {
        Comparison comparison = new Comparison("greedy logits and margins");
        int vocabulary = model.spec().vocabularySize();
        for (int i = 0; i < prompts.size(); i++) {
            int steps = tokens.get(i).length;
            String valuesName = "topk_values." + i;
            int k = Math.toIntExact(expected.tensor(valuesName).shape().extent(-1));
            float[] values = new float[steps * k];
            float[] margins = new float[steps];
            int capacity = prompts.get(i).length + steps;
            try (InferencePass pass = new InferencePass(
                            backend,
                            weights.weights(),
                            Adapters.NONE,
                            new InferencePass.Extent(capacity, 1, capacity));
                    KeyValueCache cache = new KeyValueCache(model.spec(), ComputeType.F32, 1, capacity)) {
                int[] next = prompts.get(i);
                for (int step = 0; step < steps; step++) {
                    TopK top = TopK.of(Values.floats(pass.advance(cache, next).row(0)), 0, vocabulary, k);
                    System.arraycopy(top.values(), 0, values, step * k, k);
                    margins[step] = top.values()[0] - top.values()[1];
                    next = new int[] {Math.toIntExact(tokens.get(i)[step])};
                }
            }
            comparison.values(valuesName, expected.tensor(valuesName), values, reference.tolerance(FILE, valuesName));
            String marginName = "margin." + i;
            comparison.values(marginName, expected.tensor(marginName), margins, reference.tolerance(FILE, marginName));
        }
        return comparison.finding();
    }
}
