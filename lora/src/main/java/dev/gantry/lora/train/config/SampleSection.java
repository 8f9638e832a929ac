package dev.gantry.lora.train.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The questions a run answers now and then, so that one can read how it changes; null means: chosen for you.
///
/// @param prompts a user's messages, or beginnings of texts when pre-training
/// @param maxNewTokens longest answer
public record SampleSection(
        @Nullable List<String> prompts, @Nullable Integer maxNewTokens) {
    /// No samples.
    public static final SampleSection AUTO = new SampleSection(null, null);

    public SampleSection {
        Setting.atLeast("samples.max_new_tokens", maxNewTokens, 1);
    }
}
