package dev.gantry.zoo.family;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// How far back attention sees; 0 for all.
final class SlidingWindow {
    private static final int ABSENT = 4096;

    private SlidingWindow() {}

    /// An absent key means the class's default of 4096; null means none.
    static int mistral(ModelConfig config) {
        return layerTypes(config, window(config));
    }

    /// Qwen2 has a window only where `use_sliding_window` says so, and then only from `max_window_layers` on.
    static int qwen2(ModelConfig config) {
        if (!config.flag("use_sliding_window", false)) {
            return 0;
        }
        int window = window(config);
        if (config.node("layer_types").isArray()) {
            return layerTypes(config, window);
        }
        JsonNode first = config.node("max_window_layers");
        int fullLayers = first.isMissingNode() ? 28 : first.asInt(-1);
        if (window == 0 || fullLayers >= config.count("num_hidden_layers")) {
            return 0;
        }
        if (fullLayers == 0) {
            return window;
        }
        throw config.unsupported("max_window_layers", "some layers with a sliding window and some without");
    }

    private static int window(ModelConfig config) {
        return config.node("sliding_window").isMissingNode() ? ABSENT : config.count("sliding_window", 0);
    }

    private static int layerTypes(ModelConfig config, int window) {
        List<String> types = config.node("layer_types")
                .valueStream()
                .map(n -> n.asString(""))
                .distinct()
                .toList();
        if (types.isEmpty() || types.equals(List.of("sliding_attention"))) {
            return window;
        }
        if (types.equals(List.of("full_attention"))) {
            return 0;
        }
        throw config.unsupported("layer_types", types);
    }
}
