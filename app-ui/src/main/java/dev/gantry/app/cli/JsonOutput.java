package dev.gantry.app.cli;

import java.nio.file.Path;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/// Writes records as the JSON a script reads: the component names are the keys, units included.
public final class JsonOutput {
    private final JsonMapper mapper = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(Path.class, new PlainPath()))
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    public String write(Object data) {
        return mapper.writeValueAsString(data);
    }

    /// Paths as a person types them, where the library writes file: URIs.
    private static final class PlainPath extends ValueSerializer<Path> {
        @Override
        public void serialize(Path path, JsonGenerator json, SerializationContext context) {
            json.writeString(path.toString());
        }
    }
}
