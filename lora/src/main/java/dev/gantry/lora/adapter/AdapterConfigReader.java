package dev.gantry.lora.adapter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Turns PEFT's JSON keys into a {@link LoraConfig}; every message names the key.
final class AdapterConfigReader {
    static final String ALL_LINEAR = "all-linear";

    private final JsonNode root;

    private AdapterConfigReader(JsonNode root) {
        this.root = root;
    }

    static LoraConfig read(JsonNode root) {
        return new AdapterConfigReader(root).read();
    }

    private LoraConfig read() {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        object("rank_pattern").forEach((key, value) -> ranks.put(key, integer("rank_pattern." + key, value)));
        Map<String, Double> alphas = new LinkedHashMap<>();
        object("alpha_pattern").forEach((key, value) -> alphas.put(key, number("alpha_pattern." + key, value)));
        return new LoraConfig(
                integer("r", root.path("r")),
                number("lora_alpha", root.path("lora_alpha")),
                present("lora_dropout") ? number("lora_dropout", root.path("lora_dropout")) : 0,
                flag("use_rslora"),
                targets(root.path("target_modules")),
                integers("layers_to_transform"),
                strings("modules_to_save"),
                ranks,
                alphas,
                present("bias") ? BiasTraining.ofPeftName(string("bias")) : BiasTraining.NONE);
    }

    private TargetModules targets(JsonNode node) {
        if (node.isString()) {
            String text = node.stringValue();
            return text.equals(ALL_LINEAR) ? new TargetModules.AllLinear() : new TargetModules.Expression(text);
        }
        if (node.isArray()) {
            return new TargetModules.Names(strings("target_modules"));
        }
        throw new IllegalArgumentException("target_modules is neither a list of names nor a text");
    }

    private boolean present(String key) {
        return root.has(key) && !root.path(key).isNull();
    }

    private boolean flag(String key) {
        if (!present(key)) {
            return false;
        }
        if (!root.path(key).isBoolean()) {
            throw new IllegalArgumentException(key + " is " + root.path(key) + " where true or false is needed");
        }
        return root.path(key).booleanValue();
    }

    private String string(String key) {
        JsonNode node = root.path(key);
        if (!node.isString()) {
            throw new IllegalArgumentException(key + " is " + node + " where a text is needed");
        }
        return node.stringValue();
    }

    private List<String> strings(String key) {
        List<String> values = new ArrayList<>();
        for (JsonNode node : list(key)) {
            if (!node.isString()) {
                throw new IllegalArgumentException(key + " holds " + node + " where a text is needed");
            }
            values.add(node.stringValue());
        }
        return values;
    }

    /// A list of integers, or one integer alone.
    private List<Integer> integers(String key) {
        if (root.path(key).isNumber()) {
            return List.of(integer(key, root.path(key)));
        }
        List<Integer> values = new ArrayList<>();
        list(key).forEach(node -> values.add(integer(key, node)));
        return values;
    }

    private Iterable<JsonNode> list(String key) {
        if (!present(key)) {
            return List.of();
        }
        if (!root.path(key).isArray()) {
            throw new IllegalArgumentException(key + " is " + root.path(key) + " where a list is needed");
        }
        return root.path(key);
    }

    private Map<String, JsonNode> object(String key) {
        Map<String, JsonNode> entries = new LinkedHashMap<>();
        if (!present(key)) {
            return entries;
        }
        if (!root.path(key).isObject()) {
            throw new IllegalArgumentException(key + " is " + root.path(key) + " where an object is needed");
        }
        root.path(key).properties().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    private static int integer(String key, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw new IllegalArgumentException(key + " is " + described(node) + " where a whole number is needed");
        }
        return node.intValue();
    }

    private static double number(String key, JsonNode node) {
        if (!node.isNumber()) {
            throw new IllegalArgumentException(key + " is " + described(node) + " where a number is needed");
        }
        return node.doubleValue();
    }

    private static String described(JsonNode node) {
        return node.isMissingNode() ? "missing" : node.toString();
    }
}
