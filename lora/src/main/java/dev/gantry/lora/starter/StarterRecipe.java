package dev.gantry.lora.starter;

import java.io.IOException;
import java.io.InputStream;
import tools.jackson.databind.json.JsonMapper;

/// Everything that decides what the starter model becomes; kept beside its files as `recipe.json`.
///
/// @param seed of the corpus
/// @param corpusBytes size of the corpus file, enough for one pass
/// @param tokenizerDocuments documents, from the first, that the tokenizer is trained on
/// @param tokenizerMinimumCount a pair of tokens seen less often is not merged
/// @param vocabularySize ids of the tokenizer and rows of the embedding
/// @param maximumPositions tokens the model can read at once
/// @param pretraining how the weights are trained
public record StarterRecipe(
        long seed,
        long corpusBytes,
        int tokenizerDocuments,
        int tokenizerMinimumCount,
        int vocabularySize,
        int maximumPositions,
        Pretraining pretraining) {

    private static final String RESOURCE = "/dev/gantry/zoo/starter/recipe.json";

    /// The settings of the pre-training run, full documents packed into rows.
    ///
    /// @param sequenceLength tokens in a row
    /// @param rowsPerStep rows in an optimizer step
    /// @param finalLearningRateShare share of `learningRate` that is left at the last step
    public record Pretraining(
            int sequenceLength,
            int rowsPerStep,
            int steps,
            double learningRate,
            double finalLearningRateShare,
            String schedule,
            int warmupSteps,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double maximumGradientNorm,
            double initializationStandardDeviation,
            long seed) {

        /// Tokens seen in the whole run.
        public long tokens() {
            return (long) sequenceLength * rowsPerStep * steps;
        }
    }

    /// The recipe of the starter model that comes with Gantry.
    public static StarterRecipe bundled() {
        try (InputStream in = StarterRecipe.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the program; reinstall it.");
            }
            return new JsonMapper().readValue(in, StarterRecipe.class);
        } catch (IOException e) {
            throw new IllegalStateException(RESOURCE + " cannot be read: " + e.getMessage(), e);
        }
    }
}
