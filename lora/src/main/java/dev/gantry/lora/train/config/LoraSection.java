package dev.gantry.lora.train.config;

import dev.gantry.lora.adapter.BiasTraining;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The adapter of a run, in PEFT's words; null means: chosen for you.
///
/// @param targetModules names of modules, or `all-linear` alone
public record LoraSection(
        @Nullable Integer r,
        @Nullable Double loraAlpha,
        @Nullable Double loraDropout,
        @Nullable Boolean useRslora,
        @Nullable List<String> targetModules,
        @Nullable List<String> modulesToSave,
        @Nullable Map<String, Integer> rankPattern,
        @Nullable Map<String, Double> alphaPattern,
        @Nullable BiasTraining bias) {
    /// The word for every linear module of a block.
    public static final String ALL_LINEAR = "all-linear";

    /// Everything chosen for you.
    public static final LoraSection AUTO = new LoraSection(null, null, null, null, null, null, null, null, null);

    public LoraSection {
        Setting.atLeast("lora.r", r, 1);
        Setting.above("lora.lora_alpha", loraAlpha, 0);
        Setting.within("lora.lora_dropout", loraDropout, 0, 1);
    }
}
