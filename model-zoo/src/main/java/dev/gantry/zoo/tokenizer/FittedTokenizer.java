package dev.gantry.zoo.tokenizer;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.tokenizer.SpecialTokens.Special;
import org.jspecify.annotations.Nullable;

/// A tokenizer that knows a few more tokens than its model has embeddings for, and never lets one of them pass.
///
/// Tools add padding tokens to tokenizers without a thought for the model; ordinary text does not hold them.
final class FittedTokenizer implements Tokenizer {
    private final Tokenizer tokenizer;
    private final int rows;

    private FittedTokenizer(Tokenizer tokenizer, int rows) {
        this.tokenizer = tokenizer;
        this.rows = rows;
    }

    /// Holds a tokenizer against its model.
    ///
    /// @param rows of the model's embedding
    /// @param folder to name in messages
    /// @throws GantryException when texts would come out as ids that the model does not know
    static Tokenizer of(Tokenizer tokenizer, int rows, Object folder) {
        if (tokenizer.vocabularySize() <= rows) {
            return tokenizer;
        }
        if (tokenizer.baseVocabularySize() > rows) {
            throw misfit(
                    folder,
                    "the tokenizer has %,d tokens, but the model has embeddings for %,d only (vocab_size in config.json)"
                            .formatted(tokenizer.baseVocabularySize(), rows));
        }
        SpecialTokens special = tokenizer.specialTokens();
        requireKnown(folder, "begins", special.addBos() ? special.bos() : null, rows);
        requireKnown(folder, "ends", special.eos(), rows);
        return new FittedTokenizer(tokenizer, rows);
    }

    private static void requireKnown(Object folder, String role, @Nullable Special token, int rows) {
        if (token != null && token.id() >= rows) {
            throw misfit(
                    folder,
                    "the token \"%s\" that %s texts has the id %,d, but the model has embeddings for %,d only"
                            .formatted(token.text(), role, token.id(), rows));
        }
    }

    private static GantryException misfit(Object folder, String why) {
        return GantryException.badInput(
                "TOKENIZER-MISFIT",
                "cannot use the tokenizer in " + folder,
                why,
                "Put the tokenizer that belongs to this model into the folder.");
    }

    @Override
    public Encoding encode(String text) {
        Encoding encoding = tokenizer.encode(text);
        for (int i = 0; i < encoding.length(); i++) {
            if (encoding.ids()[i] >= rows) {
                throw GantryException.badInput(
                        "TOKEN-WITHOUT-EMBEDDING",
                        "cannot read the text",
                        "it holds \"%s\", which the tokenizer knows (id %,d) but the model has no embedding for"
                                .formatted(text.substring(encoding.starts()[i], encoding.ends()[i]), encoding.ids()[i]),
                        "Take it out of the text.");
            }
        }
        return encoding;
    }

    @Override
    public int vocabularySize() {
        return tokenizer.vocabularySize();
    }

    @Override
    public int baseVocabularySize() {
        return tokenizer.baseVocabularySize();
    }

    @Override
    public String decode(int... ids) {
        return tokenizer.decode(ids);
    }

    @Override
    public StreamingDecoder streamingDecoder() {
        return tokenizer.streamingDecoder();
    }

    @Override
    public SpecialTokens specialTokens() {
        return tokenizer.specialTokens();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
