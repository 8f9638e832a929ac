package dev.gantry.lora.export;

import java.util.List;

/// What came out when an exported model was loaded again and asked the same things.
///
/// @param prompts one for each prompt
public record ReloadReport(List<PromptCheck> prompts) {

    /// One prompt.
    ///
    /// @param prompt as a person reads it
    /// @param answer what the exported model wrote
    /// @param tokens compared
    /// @param sameTokens of them equal to what base and adapter chose
    /// @param largestLogitDifference over all steps and the whole vocabulary
    /// @param largestLogit largest absolute logit, which the difference is measured against
    public record PromptCheck(
            String prompt,
            String answer,
            int tokens,
            int sameTokens,
            double largestLogitDifference,
            double largestLogit) {}

    /// Largest difference of any logit.
    public double largestLogitDifference() {
        return prompts.stream()
                .mapToDouble(PromptCheck::largestLogitDifference)
                .max()
                .orElse(0);
    }

    /// Largest difference of a prompt's logits as a share of its largest logit.
    public double largestShare() {
        return prompts.stream()
                .mapToDouble(check -> check.largestLogitDifference() / Math.max(check.largestLogit(), 1e-30))
                .max()
                .orElse(0);
    }

    public boolean allTokensSame() {
        return prompts.stream().allMatch(check -> check.sameTokens() == check.tokens());
    }
}
