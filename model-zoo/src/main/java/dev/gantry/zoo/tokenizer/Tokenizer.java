package dev.gantry.zoo.tokenizer;

/// Turns text into token ids and back. Thread-safe; owns native memory, so it has one owner that closes it.
public interface Tokenizer extends AutoCloseable {

    /// Number of ids, added tokens included: every id is in `[0, vocabularySize())`.
    int vocabularySize();

    /// The same without the tokens that were added to the tokenizer's own vocabulary, which many models have no
    /// embedding for.
    default int baseVocabularySize() {
        return vocabularySize();
    }

    /// Ids with the characters each came from. Added tokens inside `text` are recognised; none is put in
    /// front or behind (see {@link SpecialTokens#addBos()}). Nothing is ever truncated.
    Encoding encode(String text);

    /// Text of `ids`, special tokens included as they are written. Incomplete UTF-8 becomes U+FFFD; for text that
    /// arrives id by id use {@link #streamingDecoder()}.
    String decode(int... ids);

    /// A decoder that holds incomplete characters back until they are whole.
    StreamingDecoder streamingDecoder();

    SpecialTokens specialTokens();

    @Override
    void close();
}
