package dev.gantry.zoo.safetensors;

import dev.gantry.zoo.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Makes the head of a safetensors file: its length and its JSON, padded with spaces to 8 bytes.
final class HeaderWriter {
    private static final int ALIGNMENT_BYTES = 8;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private HeaderWriter() {}

    static byte[] header(List<TensorInfo> infos, Map<String, String> metadata) {
        ObjectNode root = MAPPER.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode notes = root.putObject("__metadata__");
            new TreeMap<>(metadata).forEach(notes::put);
        }
        long begin = 0;
        for (TensorInfo info : infos) {
            if (root.has(info.name())) {
                throw new IllegalArgumentException("two tensors are called " + info.name());
            }
            ObjectNode entry = root.putObject(info.name());
            entry.put("dtype", info.dtype().name());
            var shape = entry.putArray("shape");
            Arrays.stream(info.shape().toArray()).forEach(shape::add);
            entry.putArray("data_offsets").add(begin).add(begin + info.bytes());
            begin += info.bytes();
        }
        byte[] json = MAPPER.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
        ByteBuffer head = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(padded).put(json);
        Arrays.fill(head.array(), Long.BYTES + json.length, Long.BYTES + padded, (byte) ' ');
        return head.array();
    }
}
