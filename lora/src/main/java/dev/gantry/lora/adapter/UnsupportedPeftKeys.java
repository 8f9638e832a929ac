package dev.gantry.lora.adapter;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Settings of PEFT that change what an adapter computes and that are not built here: refused rather than ignored.
final class UnsupportedPeftKeys {
    private static final List<String> KEYS = List.of(
            "use_dora",
            "use_qalora",
            "use_bdlora",
            "lora_bias",
            "layer_replication",
            "layers_pattern",
            "exclude_modules",
            "target_parameters",
            "trainable_token_indices",
            "alora_invocation_tokens",
            "arrow_config",
            "megatron_config",
            "kasa_config",
            "monteclora_config");

    /// Ways to initialise that leave the base model as it is.
    private static final Set<String> PLAIN_INITIALISATIONS = Set.of("gaussian", "orthogonal", "eva");

    private UnsupportedPeftKeys() {}

    static void requireNone(JsonNode root) {
        String type = root.path("peft_type").asString("");
        if (!type.equals("LORA")) {
            throw new IllegalArgumentException("peft_type is \"" + type + "\" where LORA is needed");
        }
        for (String key : KEYS) {
            if (isSet(root.path(key))) {
                throw new IllegalArgumentException(key + " is set, which gives other numbers and is not supported");
            }
        }
        JsonNode initialisation = root.path("init_lora_weights");
        if (initialisation.isString() && !PLAIN_INITIALISATIONS.contains(initialisation.stringValue())) {
            throw new IllegalArgumentException("init_lora_weights is " + initialisation
                    + ", which changes the base model's weights and is not supported");
        }
    }

    private static boolean isSet(JsonNode node) {
        return !node.isMissingNode()
                && !node.isNull()
                && !(node.isBoolean() && !node.booleanValue())
                && !(node.isContainer() && node.isEmpty());
    }
}
