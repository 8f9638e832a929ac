package dev.gantry.app.ui.train;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What one wants of a run, as settings to begin from.
enum Goal {
    /// A few steps, to see that everything works.
    QUICK,
    /// How something is said, not what.
    STYLE,
    /// What is the case in one field.
    KNOWLEDGE,
    /// To answer like somebody.
    CHAT,
    /// With the least memory.
    TINY,
    /// Settings of a file, with nothing put in.
    OWN;

    /// Models below learn at rates that would break larger ones, and learn next to nothing at theirs.
    private static final long SMALL_PARAMETERS = 50_000_000;

    private static final Map<String, String> FOR_SMALL_MODELS =
            Map.of("optimizer.learning_rate", "2e-3", "lora.lora_dropout", "0");

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Settings by path.
    ///
    /// @param parameters of the model; 0 when none was chosen yet
    Map<String, String> values(long parameters) {
        Map<String, String> all = new TreeMap<>(own());
        if (this != OWN && parameters > 0 && parameters < SMALL_PARAMETERS) {
            FOR_SMALL_MODELS.forEach(all::putIfAbsent);
        }
        return all;
    }

    private Map<String, String> own() {
        return switch (this) {
            case QUICK -> Map.of("duration.max_steps", "30");
            case STYLE -> Map.of("lora.r", "8");
            case KNOWLEDGE -> Map.of("lora.r", "32", "duration.epochs", "4");
            case CHAT -> Map.of("duration.epochs", "4");
            case TINY ->
                Map.of(
                        "lora.r", "8",
                        "data.max_tokens", "256",
                        "batch.micro_rows", "1",
                        "machine.retention", "boundary");
            case OWN -> Map.of();
        };
    }
}
