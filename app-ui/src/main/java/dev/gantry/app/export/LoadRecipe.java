package dev.gantry.app.export;

import dev.gantry.zoo.family.ModelTask;
import dev.gantry.zoo.model.ModelFolder;
import java.nio.file.Path;

/// How an export is loaded by others, as text to copy.
///
/// @param gantry a command
/// @param python a few lines
public record LoadRecipe(String gantry, String python) {
    /// @param base what an adapter was trained on
    public static LoadRecipe of(ExportKind kind, Path folder, ModelFolder base) {
        String task = base.task() == ModelTask.SEQUENCE_CLASSIFICATION ? "SequenceClassification" : "CausalLM";
        return switch (kind) {
            case MERGED ->
                new LoadRecipe("gantry chat \"" + folder + "\"", python("transformers", "AutoModelFor" + task, folder));
            case ADAPTER ->
                new LoadRecipe(
                        "gantry chat \"" + base.path() + "\" --adapter \"" + folder + "\"",
                        python("peft", "AutoPeftModelFor" + task, folder));
        };
    }

    private static String python(String library, String type, Path folder) {
        String tokenizer = library.equals("transformers")
                ? "from transformers import " + type + ", AutoTokenizer"
                : "from peft import " + type + "\nfrom transformers import AutoTokenizer";
        return """
                %s

                folder = r"%s"
                tokenizer = AutoTokenizer.from_pretrained(folder)
                model = %s.from_pretrained(folder)
                """.formatted(tokenizer, folder, type);
    }
}
