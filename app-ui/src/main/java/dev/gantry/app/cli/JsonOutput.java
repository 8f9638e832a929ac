package dev.gantry.app.cli;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes records as the JSON a script reads: the component names are the keys, units included.
public final class JsonOutput {
    private final JsonMapper mapper =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public String write(Object data) {
        return mapper.writeValueAsString(data);
    }
}
