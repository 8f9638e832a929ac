package dev.gantry.zoo.safetensors;

import dev.gantry.zoo.checkpoint.DurableFile;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.safetensors.SafetensorsWriter.Pieces;
import dev.gantry.zoo.safetensors.SafetensorsWriter.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes a model's weights as one `model.safetensors`, or as shards with an index when they are large.
public final class ShardedWriter {
    /// What transformers calls "5GB".
    public static final long MAX_SHARD_BYTES = 5_000_000_000L;

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final long maxShardBytes;

    public ShardedWriter(long maxShardBytes) {
        this.maxShardBytes = maxShardBytes;
    }

    /// Writes into `folder`; returns the files of weights, without the index.
    public List<Written> write(Path folder, List<TensorInfo> infos, Pieces source) throws IOException {
        List<List<TensorInfo>> shards = shards(infos);
        List<Written> written = new ArrayList<>();
        ObjectNode weightMap = MAPPER.createObjectNode();
        for (int i = 0; i < shards.size(); i++) {
            String name = shards.size() == 1
                    ? "model.safetensors"
                    : "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
            shards.get(i).forEach(info -> weightMap.put(info.name(), name));
            written.add(
                    SafetensorsWriter.write(folder.resolve(name), shards.get(i), SafetensorsWriter.PYTORCH, source));
        }
        if (shards.size() > 1) {
            ObjectNode index = MAPPER.createObjectNode();
            index.putObject("metadata")
                    .put(
                            "total_size",
                            infos.stream().mapToLong(TensorInfo::bytes).sum());
            index.set("weight_map", weightMap);
            byte[] json = MAPPER.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(index)
                    .getBytes(StandardCharsets.UTF_8);
            DurableFile.write(
                    folder.resolve("model.safetensors.index.json"),
                    channel -> writeAll(ByteBuffer.wrap(json), channel));
        }
        return written;
    }

    private List<List<TensorInfo>> shards(List<TensorInfo> infos) {
        List<List<TensorInfo>> shards = new ArrayList<>();
        List<TensorInfo> shard = new ArrayList<>();
        long bytes = 0;
        for (TensorInfo info : infos) {
            if (!shard.isEmpty() && bytes + info.bytes() > maxShardBytes) {
                shards.add(shard);
                shard = new ArrayList<>();
                bytes = 0;
            }
            shard.add(info);
            bytes += info.bytes();
        }
        shards.add(shard);
        return shards;
    }

    private static void writeAll(ByteBuffer buffer, FileChannel channel) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
