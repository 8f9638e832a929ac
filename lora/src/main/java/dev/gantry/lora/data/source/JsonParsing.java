package dev.gantry.lora.data.source;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/// How data files are parsed as JSON: strictly, except for `NaN` and `Infinity`, which Python writes.
final class JsonParsing {
    private JsonParsing() {}

    /// For documents that are one row each.
    static JsonMapper rowMapper(ReadLimits limits) {
        // a value of an object is two tokens, its name and itself
        return mapper(limits, 2L * limits.maxRowValues());
    }

    /// For documents of any number of rows.
    static JsonMapper documentMapper(ReadLimits limits) {
        return mapper(limits, -1);
    }

    private static JsonMapper mapper(ReadLimits limits, long maxTokens) {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxTokenCount(maxTokens)
                .maxNestingDepth(limits.maxDepth())
                .maxStringLength(limits.maxRowBytes())
                .build();
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(constraints)
                // names of a data set are few, but a hostile file may bring a million of them
                .disable(tools.jackson.core.TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .build();
        return JsonMapper.builder(factory).build();
    }

    /// The parser's own words on one line.
    static String explain(JacksonException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("unreadable");
    }
}
