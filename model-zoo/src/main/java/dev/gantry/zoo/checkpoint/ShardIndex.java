package dev.gantry.zoo.checkpoint;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `*.index.json`: which shard holds which tensor.
///
/// @param shardOf file name of the shard of each tensor
/// @param totalBytes size of all tensors as the index states it, or -1
public record ShardIndex(Path file, Map<String, String> shardOf, long totalBytes) {
    private static final long MAX_INDEX_BYTES = 64L << 20;

    /// Anything else could leave the folder or mean a device.
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,250}");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(8).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    /// Reads an index and checks that it names plain files beside it.
    public static ShardIndex read(Path file) {
        JsonNode root;
        try {
            if (Files.size(file) > MAX_INDEX_BYTES) {
                throw malformed(file, "it is larger than " + (MAX_INDEX_BYTES >> 20) + " MiB");
            }
            root = JSON.readTree(file.toFile());
        } catch (JacksonException | IOException e) {
            throw malformed(file, String.valueOf(e.getMessage()));
        }
        JsonNode map = root.path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw malformed(file, "it has no weight_map");
        }
        Map<String, String> shardOf = new LinkedHashMap<>();
        map.properties().forEach(entry -> shardOf.put(entry.getKey(), shardName(file, entry.getValue())));
        long total = root.path("metadata").path("total_size").asLong(-1);
        return new ShardIndex(file, shardOf, total);
    }

    /// Names of the shards, in order of first mention.
    public Set<String> shards() {
        return new LinkedHashSet<>(shardOf.values());
    }

    private static String shardName(Path file, JsonNode value) {
        String name = value.isString() ? value.asString() : "";
        if (!PLAIN_NAME.matcher(name).matches() || name.contains("..")) {
            throw malformed(
                    file,
                    "the shard name " + BadFile.shown(value.toString()) + " is not a plain file name beside the index");
        }
        return name;
    }

    static GantryException malformed(Path file, String why) {
        return GantryException.badInput(
                "SHARD-INDEX-MALFORMED", "cannot read " + file, why, "Fetch the index file again.");
    }
}
