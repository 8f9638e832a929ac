package dev.gantry.app.ui.export;

import dev.gantry.app.export.ExportKind;
import dev.gantry.app.export.Exportable;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.model.ModelFolder;
import java.util.Locale;

/// What is said about things to export.
final class ExportWords {
    /// Families that have no place in the formats of llama.cpp.
    private static final String WITHOUT_GGUF = "opt";

    private final Texts texts;

    ExportWords(Texts texts) {
        this.texts = texts;
    }

    String about(Exportable found) {
        ModelFolder model = found.model();
        String key = switch (found) {
            case Exportable.Adapted _ -> "export.about.adapter";
            case Exportable.Whole _ -> "export.about.whole";
        };
        return texts.format(
                key,
                String.valueOf(model.path().getFileName()),
                model.family().modelType(),
                texts.numbers().parameters(model.parameterCount()),
                model.dtype().name().toLowerCase(Locale.ROOT));
    }

    /// Why there is no GGUF file, and what can be done instead.
    String withoutGguf(Exportable found) {
        boolean unknown = found.model().family().modelType().equals(WITHOUT_GGUF);
        return texts.get(unknown ? "export.gguf.family" : "export.gguf.not-yet");
    }

    /// Why a kind cannot be had.
    String without(ExportKind kind) {
        return texts.get("export." + kind.name().toLowerCase(Locale.ROOT) + ".impossible");
    }
}
