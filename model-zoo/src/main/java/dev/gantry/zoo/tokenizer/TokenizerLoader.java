package dev.gantry.zoo.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// Opens the tokenizer of a Hugging Face model folder, whichever of the usual files it has.
public final class TokenizerLoader {
    static final String TOKENIZER_JSON = "tokenizer.json";

    private TokenizerLoader() {}

    /// Opens the tokenizer in `modelFolder`; the caller closes it.
    ///
    /// @throws TokenizerException when there is none or its files are damaged
    public static Tokenizer load(Path modelFolder) throws IOException {
        FolderConfig config = FolderConfig.read(modelFolder);
        Path file = modelFolder.resolve(TOKENIZER_JSON);
        if (Files.isRegularFile(file)) {
            return open(TokenizerJson.read(file, config.specialTexts()), file, config);
        }
        BytePairFiles pair = BytePairFiles.in(config);
        if (pair.exist()) {
            Set<String> special = config.specialTexts();
            if (special.isEmpty()) {
                special = PreTokenizer.of(config).usualSpecials();
            }
            return open(TokenizerJson.read(pair.toTokenizerJson(), pair.vocab(), special), pair.vocab(), config);
        }
        SentencePieceFile pieces = SentencePieceFile.in(config);
        if (pieces.exists()) {
            TokenizerJson json = TokenizerJson.read(pieces.toTokenizerJson(), pieces.file(), config.specialTexts());
            return open(json, pieces.file(), config);
        }
        throw new TokenizerException(modelFolder + " has no tokenizer: neither tokenizer.json, nor vocab.json with"
                + " merges.txt, nor tokenizer.model is there");
    }

    /// Opens the tokenizer of a model and holds it against the model's embedding; the caller closes it.
    ///
    /// @param embeddingRows ids that the model knows
    /// @throws dev.gantry.engine.GantryException when the tokenizer belongs to another model
    public static Tokenizer load(Path modelFolder, int embeddingRows) throws IOException {
        Tokenizer tokenizer = load(modelFolder);
        boolean fits = false;
        try {
            Tokenizer fitted = FittedTokenizer.of(tokenizer, embeddingRows, modelFolder);
            fits = true;
            return fitted;
        } finally {
            if (!fits) {
                tokenizer.close();
            }
        }
    }

    private static Tokenizer open(TokenizerJson json, Path source, FolderConfig config) throws IOException {
        SpecialTokens special = new SpecialTokenReader(config, json.vocabulary()).read(json.postProcessor());
        HuggingFaceTokenizer encoder = DjlTokenizers.open(json.nativeJson(), source.toString());
        return new DjlTokenizer(encoder, json.vocabulary(), json.decoding(), special);
    }
}
