package dev.gantry.zoo.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads the JSON files beside a model in bounded memory.
public final class JsonFile {
    /// Twice the largest index seen in the wild (90,000 tensors of a mixture of experts).
    private static final long MAX_BYTES = 16L << 20;

    private static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonFile() {}

    /// The object in `file`.
    ///
    /// @throws dev.gantry.engine.GantryException when it is too large, too deep, or not one object
    public static ObjectNode object(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw BadFile.damaged(file, "it is no regular file");
        }
        long bytes = Files.size(file);
        if (bytes > MAX_BYTES) {
            throw BadFile.damaged(
                    file, "it has %,d bytes, more than the %,d such a file may have".formatted(bytes, MAX_BYTES));
        }
        JsonNode node;
        try {
            node = MAPPER.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw BadFile.damaged(file, "it is not valid JSON" + at(e) + ": " + e.getOriginalMessage())
                    .causedBy(e);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw BadFile.damaged(file, "it does not hold a JSON object");
    }

    private static String at(JacksonException e) {
        var location = e.getLocation();
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
