package dev.gantry.zoo.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;

/// Encodes with the Hugging Face library through DJL and decodes by itself, so that streamed and whole texts are equal.
final class DjlTokenizer implements Tokenizer {
    /// Below the number of steps after which the native regular expressions give up, and the process with them.
    private static final int MAX_TEXT_CHARS = 8_000_000;

    private final HuggingFaceTokenizer encoder;
    private final Vocabulary vocabulary;
    private final DecodingRules decoding;
    private final SpecialTokens specialTokens;

    DjlTokenizer(
            HuggingFaceTokenizer encoder, Vocabulary vocabulary, DecodingRules decoding, SpecialTokens specialTokens) {
        this.encoder = encoder;
        this.vocabulary = vocabulary;
        this.decoding = decoding;
        this.specialTokens = specialTokens;
    }

    @Override
    public int vocabularySize() {
        return vocabulary.size();
    }

    @Override
    public int baseVocabularySize() {
        return vocabulary.baseSize();
    }

    @Override
    public Encoding encode(String text) {
        if (text.isEmpty()) {
            return new Encoding(new int[0], new int[0], new int[0]);
        }
        if (text.length() > MAX_TEXT_CHARS) {
            throw new TokenizerException("a text of %,d characters is longer than the %,d that can be read at once"
                    .formatted(text.length(), MAX_TEXT_CHARS));
        }
        var encoded = encoder.encode(Utf16.withoutLoneSurrogates(text), false, false);
        long[] longIds = encoded.getIds();
        CharSpan[] spans = encoded.getCharTokenSpans();
        Utf16 utf16 = Utf16.of(text);
        int[] ids = new int[longIds.length];
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Math.toIntExact(longIds[i]);
            starts[i] = utf16.offset(spans[i].getStart());
            ends[i] = utf16.offset(spans[i].getEnd());
        }
        return new Encoding(ids, starts, ends);
    }

    @Override
    public String decode(int... ids) {
        StreamingDecoder decoder = streamingDecoder();
        StringBuilder text = new StringBuilder(4 * ids.length);
        for (int id : ids) {
            text.append(decoder.next(id));
        }
        return text.append(decoder.finish()).toString();
    }

    @Override
    public StreamingDecoder streamingDecoder() {
        return new TextDecoder(vocabulary, decoding);
    }

    @Override
    public SpecialTokens specialTokens() {
        return specialTokens;
    }

    @Override
    public void close() {
        encoder.close();
    }
}
