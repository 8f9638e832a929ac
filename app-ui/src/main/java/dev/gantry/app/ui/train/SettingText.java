package dev.gantry.app.ui.train;

import dev.gantry.lora.run.RunJson;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Settings as people type them, and as the file has them.
final class SettingText {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final double LEAST_PLAIN = 1e-3;

    private SettingText() {}

    /// The value of a text; empty when it is not written as the field wants it.
    static Optional<JsonNode> read(SettingField field, String text) {
        String written = text.strip();
        return switch (field.kind()) {
            case WHOLE ->
                number(written)
                        .filter(number -> number.stripTrailingZeros().scale() <= 0)
                        .map(number -> JSON.numberNode(number.longValue()));
            case DECIMAL -> number(written).map(number -> JSON.numberNode(number.doubleValue()));
            case SWITCH ->
                field.options().contains(written)
                        ? Optional.of(JSON.booleanNode(Boolean.parseBoolean(written)))
                        : Optional.empty();
            case CHOICE, TEXT -> Optional.of(JSON.stringNode(written));
            case LIST -> written.startsWith("[") ? json(written) : Optional.of(array(parts(written, ",")));
            case LINES -> written.startsWith("[") ? json(written) : Optional.of(array(parts(text, "\n")));
            case TABLE -> written.startsWith("{") ? json(written) : table(written);
        };
    }

    private static Optional<JsonNode> json(String written) {
        try {
            return Optional.of(RunJson.PRETTY.readTree(written));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /// A value as one types it; as JSON where its parts hold what would part them.
    static String write(SettingField field, JsonNode value) {
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(part -> parts.add(part.asString()));
            boolean lines = field.kind() == SettingField.Kind.LINES;
            return joined(parts, lines ? "\n" : ",", lines ? "\n" : ", ").orElseGet(value::toString);
        }
        if (value.isObject()) {
            List<String> parts = new ArrayList<>();
            value.propertyStream()
                    .forEach(part ->
                            parts.add(part.getKey() + "=" + part.getValue().asString()));
            boolean plain = parts.stream().allMatch(part -> part.indexOf('=') == part.lastIndexOf('='));
            return joined(parts, ",", ", ").filter(text -> plain).orElseGet(value::toString);
        }
        return value.isDouble() ? decimal(value.doubleValue()) : value.asString();
    }

    private static Optional<String> joined(List<String> parts, String separator, String between) {
        boolean plain = parts.stream()
                .allMatch(part -> !part.isBlank() && part.equals(part.strip()) && !part.contains(separator));
        String text = String.join(between, parts);
        return plain && !text.startsWith("[") && !text.startsWith("{") ? Optional.of(text) : Optional.empty();
    }

    /// All values of a record of settings that are not left to be chosen, by path.
    static Map<String, String> flat(Object settings) {
        JsonNode tree = RunJson.PRETTY.valueToTree(settings);
        Map<String, String> values = new TreeMap<>();
        for (SettingField field : SettingField.all()) {
            JsonNode value = tree.at("/" + field.path().replace('.', '/'));
            if (!value.isMissingNode() && !value.isNull()) {
                values.put(field.path(), write(field, value));
            }
        }
        return values;
    }

    private static Optional<BigDecimal> number(String written) {
        try {
            return Optional.of(new BigDecimal(written));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// `2e-4`, `0.05`, `16`: as short as reads back to the same number.
    static String decimal(double value) {
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (value == 0 || Math.abs(value) >= LEAST_PLAIN) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return mantissa + "e" + (digits.length() - 1 - exact.scale());
    }

    private static List<String> parts(String text, String separator) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(separator, -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    private static ArrayNode array(List<String> parts) {
        ArrayNode array = JSON.arrayNode();
        parts.forEach(array::add);
        return array;
    }

    private static Optional<JsonNode> table(String written) {
        ObjectNode table = JSON.objectNode();
        for (String part : parts(written, ",")) {
            int equals = part.lastIndexOf('=');
            if (equals <= 0) {
                return Optional.empty();
            }
            String value = part.substring(equals + 1).strip();
            Optional<BigDecimal> number = number(value);
            String key = part.substring(0, equals).strip();
            if (number.isPresent()) {
                table.put(key, number.get());
            } else {
                table.put(key, value);
            }
        }
        return Optional.of(table);
    }
}
