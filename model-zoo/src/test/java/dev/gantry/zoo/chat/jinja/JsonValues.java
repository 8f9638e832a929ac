package dev.gantry.zoo.chat.jinja;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Test resources as values of the template language.
final class JsonValues {
    private static final JsonMapper MAPPER = new JsonMapper();

    private JsonValues() {}

    static JsonNode resource(String name) throws IOException {
        return MAPPER.readTree(text(name));
    }

    static String text(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(JsonValues.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static Value of(JsonNode node) {
        if (node.isObject()) {
            return new Value.Dict(entries(node));
        }
        if (node.isArray()) {
            List<Value> items = new ArrayList<>();
            node.forEach(item -> items.add(of(item)));
            return Value.Seq.list(items);
        }
        if (node.isBoolean()) {
            return Value.Bool.of(node.asBoolean());
        }
        if (node.isIntegralNumber()) {
            return new Value.Int(node.asLong());
        }
        if (node.isNumber()) {
            return new Value.Real(node.asDouble());
        }
        return node.isNull() ? Value.None.NONE : Str.of(node.asString());
    }

    static Map<String, Value> entries(JsonNode object) {
        Map<String, Value> entries = new LinkedHashMap<>();
        object.properties().forEach(entry -> entries.put(entry.getKey(), of(entry.getValue())));
        return entries;
    }
}
