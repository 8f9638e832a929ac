package dev.gantry.lora.data.example;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// Turns a row of one format into examples; mostly one.
interface RowMapper {
    List<Example> map(JsonNode row) throws RowFaultException;
}
