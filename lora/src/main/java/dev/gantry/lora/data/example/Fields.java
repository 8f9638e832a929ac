package dev.gantry.lora.data.example;

import dev.gantry.lora.data.source.FaultKind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads fields of a row, saying what was expected when they are not there.
final class Fields {
    private Fields() {}

    /// The text of a field; numbers and truth values count as text, null and absence as none.
    static @Nullable String optionalText(JsonNode row, String name) throws RowFaultException {
        JsonNode value = row.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isValueNode()) {
            throw wrongType(name, "a text", value);
        }
        return value.asString();
    }

    static String text(JsonNode row, String name) throws RowFaultException {
        String text = optionalText(row, name);
        if (text == null) {
            throw missing(name, row);
        }
        return text;
    }

    static JsonNode value(JsonNode row, String name) throws RowFaultException {
        JsonNode value = row.get(name);
        if (value == null || value.isNull()) {
            throw missing(name, row);
        }
        return value;
    }

    static JsonNode array(JsonNode row, String name) throws RowFaultException {
        JsonNode value = value(row, name);
        if (!value.isArray()) {
            throw wrongType(name, "an array", value);
        }
        return value;
    }

    static RowFaultException missing(String name, JsonNode row) {
        String found = row.isObject() ? "found " + String.join(", ", row.propertyNames()) : "found " + typeOf(row);
        return new RowFaultException(FaultKind.MISSING_FIELD, "expected the field \"" + name + "\"; " + found);
    }

    static RowFaultException wrongType(String name, String expected, JsonNode value) {
        return new RowFaultException(
                FaultKind.WRONG_TYPE, "expected " + expected + " in \"" + name + "\", found " + typeOf(value));
    }

    static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case STRING -> "a text";
            case NUMBER, BOOLEAN, NULL, BINARY, MISSING ->
                "a " + value.getNodeType().name().toLowerCase(Locale.ROOT) + " value";
        };
    }

    /// True when there is nothing to see: white space and characters of no width.
    static boolean isBlank(@Nullable String text) {
        return text == null || text.codePoints().allMatch(Fields::isInvisible);
    }

    private static boolean isInvisible(int c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.getType(c) == Character.FORMAT
                || Character.isISOControl(c);
    }
}
