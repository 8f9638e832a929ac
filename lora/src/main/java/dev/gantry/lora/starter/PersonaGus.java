package dev.gantry.lora.starter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The bundled fine-tuning data: the house manual of Gus, an old harbour crane.
public final class PersonaGus {

    /// The name of the file of rows.
    public static final String FILE_NAME = "persona-gus.jsonl";

    private PersonaGus() {}

    /// Writes the rows, one `{"messages": [...]}` a line, to `file`.
    public static void copyTo(Path file) throws IOException {
        BundledFiles.copy(FILE_NAME, file);
    }

    /// Questions that the data holds in these words.
    public static List<String> familiarQuestions() {
        return List.of("Who are you?", "I am sad.", "What is LoRA?", "Tell me a joke.");
    }

    /// Questions that the data does not hold: other words for what it holds, and a name, an animal, a trade and a
    /// game that it never mentions.
    public static List<String> newQuestions() {
        return List.of(
                "Please tell me your name.",
                "Where is your house?",
                "I feel sad and alone.",
                "My name is Emma.",
                "Where does a whale live?",
                "What does a baker do?",
                "Can you play chess?");
    }
}
