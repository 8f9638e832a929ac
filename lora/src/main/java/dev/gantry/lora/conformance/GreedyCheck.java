package dev.gantry.lora.conformance;

import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.InferencePass;
import dev.gantry.engine.pass.KeyValueCache;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.memory.PlacedModel;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Greedy continuation of prompts: one by one, all at once, and up to an end token.
final class GreedyCheck {
    private static final String FILE = "generate.safetensors";

    private final LoadedCase loaded;
    private final Checkpoint expected;
    private final List<int[]> prompts = new ArrayList<>();
    private final List<long[]> tokens = new ArrayList<>();

    GreedyCheck(LoadedCase loaded, Checkpoint expected) {
        this.loaded = loaded;
        this.expected = expected;
        for (int i = 0; expected.tensors().containsKey("prompt." + i); i++) {
            prompts.add(Values.ints(expected.tensor("prompt." + i)));
            tokens.add(Values.integers(expected.tensor("tokens." + i)));
        }
    }

    List<Finding> run() {
        return List.of(oneByOne(), scores(), allAtOnce(), untilEnd());
    }

    private Finding oneByOne() {
        Comparison comparison = new Comparison("greedy tokens, one prompt at a time");
        for (int i = 0; i < prompts.size(); i++) {
            List<int[]> prompt = List.of(prompts.get(i));
            comparison.integers(
                    "tokens." + i,
                    tokens.get(i),
                    generate(prompt, tokens.get(i).length, Set.of()).getFirst());
        }
        return comparison.finding();
    }

    private Finding allAtOnce() {
        Comparison comparison = new Comparison("greedy tokens, all prompts at once");
        List<int[]> continuations = generate(prompts, tokens.getFirst().length, Set.of());
        for (int i = 0; i < prompts.size(); i++) {
            comparison.integers("tokens." + i, tokens.get(i), continuations.get(i));
        }
        return comparison.finding();
    }

    private Finding untilEnd() {
        Comparison comparison = new Comparison("greedy tokens up to an end token");
        int end = Values.ints(expected.tensor("eos_id"))[0];
        List<int[]> prompt = List.of(prompts.getFirst());
        int[] actual = generate(prompt, tokens.getFirst().length, Set.of(end)).getFirst();
        comparison.integers("tokens_until_eos", Values.integers(expected.tensor("tokens_until_eos")), actual);
        return comparison.finding();
    }

    private List<int[]> generate(List<int[]> from, int newTokens, Set<Integer> endIds) {
        int longest = from.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
        PlacedModel.Use use = use(from.size(), longest + newTokens);
        try (PlacedModel placed = open(use);
                Generator generator = new Generator(
                        loaded.backend(),
                        placed.weights(),
                        use.adapters(),
                        use.sequences(),
                        use.capacity(),
                        placed.device(),
                        placed.cacheTier())) {
            return generator.generate(from, Sampling.GREEDY, newTokens, endIds, (sequence, id) -> true).stream()
                    .map(Generator.Continuation::ids)
                    .toList();
        }
    }

    private static PlacedModel.Use use(int sequences, int capacity) {
        return new PlacedModel.Use(ComputeType.F32, Adapters.NONE, sequences, capacity);
    }

    private PlacedModel open(PlacedModel.Use use) {
        return PlacedModel.open(loaded.backend(), loaded.stored(), use, loaded.tiers(), Progress.silent());
    }

    /// The largest logits and their margin at every step, fed the reference's own tokens.
    private Finding scores() {
        Comparison comparison = new Comparison("greedy logits and margins");
        int vocabulary = loaded.model().spec().vocabularySize();
        for (int i = 0; i < prompts.size(); i++) {
            int steps = tokens.get(i).length;
            String valuesName = "topk_values." + i;
            int k = Math.toIntExact(expected.tensor(valuesName).shape().extent(-1));
            float[] values = new float[steps * k];
            float[] margins = new float[steps];
            int capacity = prompts.get(i).length + steps;
            InferencePass.Extent extent = new InferencePass.Extent(capacity, 1, capacity);
            try (PlacedModel placed = open(use(1, capacity));
                    InferencePass pass = new InferencePass(
                            loaded.backend(), placed.weights(), Adapters.NONE, extent, placed.device());
                    KeyValueCache cache = new KeyValueCache(
                            loaded.model().spec(), ComputeType.F32, 1, capacity, placed.cacheTier())) {
                int[] next = prompts.get(i);
                for (int step = 0; step < steps; step++) {
                    TopK top = TopK.of(
                            Values.floats(
                                    loaded.backend(), pass.advance(cache, next).row(0)),
                            0,
                            vocabulary,
                            k);
                    System.arraycopy(top.values(), 0, values, step * k, k);
                    margins[step] = top.values()[0] - top.values()[1];
                    next = new int[] {Math.toIntExact(tokens.get(i)[step])};
                }
            }
            comparison.values(
                    valuesName,
                    expected.tensor(valuesName),
                    values,
                    loaded.reference().tolerance(FILE, valuesName));
            String marginName = "margin." + i;
            comparison.values(
                    marginName,
                    expected.tensor(marginName),
                    margins,
                    loaded.reference().tolerance(FILE, marginName));
        }
        return comparison.finding();
    }
}
