package dev.gantry.zoo.tokenizer;

/// Turns ids that arrive one by one into text that may be shown at once: never half a character.
public interface StreamingDecoder {

    /// Takes the next id and returns the text that is now certain; often empty.
    String next(int id);

    /// Returns what was held back, with U+FFFD for bytes that never became a character.
    String finish();
}
