package dev.gantry.lora.starter;

import java.io.IOException;
import java.io.InputStream;
import tools.jackson.databind.json.JsonMapper;

/// What the starter model's texts and tokenizer are made from; kept beside its files as `recipe.json`. How its weights
/// are trained stands in `train.json`, which is a run's settings like any other.
///
/// @param seed of the corpus
/// @param corpusBytes size of the corpus file, enough for one pass
/// @param tokenizerDocuments documents, from the first, that the tokenizer is trained on
/// @param tokenizerMinimumCount a pair of tokens seen less often is not merged
/// @param vocabularySize ids of the tokenizer and rows of the embedding
/// @param maximumPositions tokens the model can read at once
public record StarterRecipe(
        long seed,
        long corpusBytes,
        int tokenizerDocuments,
        int tokenizerMinimumCount,
        int vocabularySize,
        int maximumPositions) {

    private static final String RESOURCE = "/dev/gantry/zoo/starter/recipe.json";

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
