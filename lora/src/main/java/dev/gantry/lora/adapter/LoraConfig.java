package dev.gantry.lora.adapter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Settings of low-rank adapters (Hu et al. 2021), in PEFT's vocabulary.
///
/// @param r rank
/// @param loraAlpha the adapter is scaled by `loraAlpha / r`
/// @param loraDropout rate on the adapter's input while training
/// @param useRslora scale by `loraAlpha / sqrt(r)` (Kalajdzievski 2023)
/// @param layersToTransform blocks that carry adapters; empty for all
/// @param modulesToSave modules trained in full next to the adapters, by the end of their path
/// @param rankPattern ranks of single modules, by name or expression on the end of their path; the first that fits
/// counts
/// @param alphaPattern the same for alpha
public record LoraConfig(
        int r,
        double loraAlpha,
        double loraDropout,
        boolean useRslora,
        TargetModules targetModules,
        List<Integer> layersToTransform,
        List<String> modulesToSave,
        Map<String, Integer> rankPattern,
        Map<String, Double> alphaPattern,
        BiasTraining bias) {

    public LoraConfig {
        require(r >= 1, "r must be 1 or more, not " + r);
        require(Double.isFinite(loraAlpha) && loraAlpha > 0, "lora_alpha must be above 0, not " + loraAlpha);
        require(loraDropout >= 0 && loraDropout < 1, "lora_dropout must be at least 0 and below 1, not " + loraDropout);
        layersToTransform = List.copyOf(layersToTransform);
        modulesToSave = List.copyOf(modulesToSave);
        rankPattern = Collections.unmodifiableMap(new LinkedHashMap<>(rankPattern));
        alphaPattern = Collections.unmodifiableMap(new LinkedHashMap<>(alphaPattern));
        rankPattern.forEach((key, rank) -> require(rank >= 1, "rank_pattern gives " + key + " the rank " + rank));
        alphaPattern.forEach((key, alpha) ->
                require(Double.isFinite(alpha) && alpha > 0, "alpha_pattern gives " + key + " the alpha " + alpha));
    }

    /// Adapters of one rank on the given modules, everything else off.
    public static LoraConfig of(int r, double loraAlpha, double loraDropout, TargetModules targetModules) {
        return new LoraConfig(
                r,
                loraAlpha,
                loraDropout,
                false,
                targetModules,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                BiasTraining.NONE);
    }

    public LoraConfig withTargetModules(TargetModules targets) {
        return new LoraConfig(
                r,
                loraAlpha,
                loraDropout,
                useRslora,
                targets,
                layersToTransform,
                modulesToSave,
                rankPattern,
                alphaPattern,
                bias);
    }

    public LoraConfig withBias(BiasTraining trained) {
        return new LoraConfig(
                r,
                loraAlpha,
                loraDropout,
                useRslora,
                targetModules,
                layersToTransform,
                modulesToSave,
                rankPattern,
                alphaPattern,
                trained);
    }

    /// Rank of the adapter on the module at `path`.
    public int rank(String path) {
        return forPath(rankPattern, path, r);
    }

    /// Factor on `B·A` of the module at `path`.
    public double scale(String path) {
        double alpha = forPath(alphaPattern, path, loraAlpha);
        int rank = rank(path);
        return alpha / (useRslora ? Math.sqrt(rank) : rank);
    }

    /// Whether the module at `path` of block `layer` carries an adapter.
    public boolean targets(int layer, String path) {
        return (layersToTransform.isEmpty() || layersToTransform.contains(layer)) && targetModules.matches(path);
    }

    /// What the first pattern says that fits the end of the path, as PEFT chooses.
    private static <T> T forPath(Map<String, T> patterns, String path, T otherwise) {
        return patterns.entrySet().stream()
                .filter(entry -> PathPattern.of("a pattern's key", "(.*\\.)?(" + entry.getKey() + ")")
                        .matches(path))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(otherwise);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
