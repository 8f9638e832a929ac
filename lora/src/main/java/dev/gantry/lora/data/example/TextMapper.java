package dev.gantry.lora.data.example;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// Rows of running text in a field, or rows that are a text themselves.
///
/// @param field the field that holds the text, empty when the row is the text
record TextMapper(String field) implements RowMapper {

    @Override
    public List<Example> map(JsonNode row) throws RowFaultException {
        if (row.isString()) {
            return List.of(new Example.Document(row.asString(), Example.Extent.COMPLETE));
        }
        JsonNode continues = row.get("continues");
        boolean goesOn = continues != null && continues.isBoolean() && continues.asBoolean();
        return List.of(new Example.Document(
                Fields.text(row, field.isEmpty() ? "text" : field),
                goesOn ? Example.Extent.CONTINUES : Example.Extent.COMPLETE));
    }
}
