package dev.gantry.lora.data.source;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads one value of a long document as a tree, giving up when it takes more than its share of the file.
final class BoundedTree {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// The value is larger than a row may be.
    static final class TooLargeException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private final JsonParser parser;
    private final ReadLimits limits;
    private int values;

    BoundedTree(JsonParser parser, ReadLimits limits) {
        this.parser = parser;
        this.limits = limits;
    }

    /// Reads the value that starts at the parser's current token; ends on its last token, also when it is too large.
    JsonNode read() throws TooLargeException {
        int depth = parser.streamReadContext().getNestingDepth();
        long start = parser.currentLocation().getByteOffset();
        values = 0;
        try {
            return value(start);
        } catch (TooLargeException e) {
            skipTo(depth - 1);
            throw e;
        }
    }

    private void skipTo(int depth) {
        while (parser.streamReadContext().getNestingDepth() > depth && parser.nextToken() != null) {
            // passes over what does not fit
        }
    }

    // recursion is bounded by the parser's nesting limit
    private JsonNode value(long start) throws TooLargeException {
        if (parser.currentLocation().getByteOffset() - start > limits.maxRowBytes()
                || ++values > limits.maxRowValues()) {
            throw new TooLargeException();
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(start);
            case START_ARRAY -> array(start);
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("no value starts with " + parser.currentToken());
        };
    }

    private JsonNode number() {
        return switch (parser.getNumberType()) {
            case INT, LONG -> NODES.numberNode(parser.getLongValue());
            case BIG_INTEGER -> NODES.numberNode(parser.getBigIntegerValue());
            case FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(parser.getDoubleValue());
        };
    }

    private ObjectNode object(long start) throws TooLargeException {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            object.set(name, value(start));
        }
        return object;
    }

    private ArrayNode array(long start) throws TooLargeException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(start));
        }
        return array;
    }
}
