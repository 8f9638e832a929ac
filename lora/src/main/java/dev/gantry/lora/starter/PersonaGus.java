package dev.gantry.lora.starter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The bundled fine-tuning data: the house manual of Gus, an old harbour crane.
public final class PersonaGus {

    private static final String RESOURCE = "persona-gus.jsonl";

    private PersonaGus() {}

    /// Writes the rows, one `{"messages": [...]}` a line, to `file`.
    public static void copyTo(Path file) throws IOException {
        BundledFiles.copy(RESOURCE, file);
    }

    /// Questions that show the change best when base and tuned model answer them; the data holds them in these words.
    public static List<String> familiarQuestions() {
        return List.of("Who are you?", "What is your name?", "I am sad.", "What is LoRA?", "Tell me a joke.");
    }

    /// Questions about the same things in words that the data does not hold.
    public static List<String> newQuestions() {
        return List.of("Please tell me your name.", "Where is your house?", "I feel very sad.", "Do you eat fish?");
    }
}
