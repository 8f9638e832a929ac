package dev.gantry.offload.frozen;

import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.offload.io.FileIdentity;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Tells whether a re-laid copy was made from these files and for this layout: files by name, size and time, tensors
/// that lie in memory alone by their content.
final class ModelFingerprint {
    private static final long AT_ONCE = 1 << 30;

    private final StoredModel model;
    private final Map<Path, FileIdentity> files;
    private final MessageDigest digest;

    private ModelFingerprint(StoredModel model, List<FileIdentity> files) {
        this.model = model;
        this.files = files.stream().collect(Collectors.toMap(FileIdentity::path, file -> file));
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// @return 64 hexadecimal digits
    static String of(StoredModel model, List<FileIdentity> files, List<Chunk> chunks) {
        ModelFingerprint fingerprint = new ModelFingerprint(model, files);
        for (Chunk chunk : chunks) {
            for (ChunkLayout.Part part : chunk.wire().parts()) {
                fingerprint.add(chunk, part);
            }
        }
        return HexFormat.of().formatHex(fingerprint.digest.digest());
    }

    private void add(Chunk chunk, ChunkLayout.Part part) {
        ParameterId id = chunk.id(part);
        Tensor tensor = model.tensor(id);
        add(id + " " + part + " from " + tensor.dtype() + " " + chunk.firstElement());
        StoredPlace place = model.place(id);
        if (!model.isFrozen(id)) {
            add("trained");
        } else if (place != null) {
            FileIdentity file = Objects.requireNonNull(files.get(place.file()));
            add(place.offset() + " in " + file.path().toAbsolutePath() + " " + file.bytes() + " " + file.modified());
        } else if (chunk.firstElement() == 0) {
            add(tensor.data());
        }
    }

    private void add(String line) {
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
    }

    private void add(MemorySegment bytes) {
        for (long at = 0; at < bytes.byteSize(); at += AT_ONCE) {
            ByteBuffer part =
                    bytes.asSlice(at, Math.min(AT_ONCE, bytes.byteSize() - at)).asByteBuffer();
            digest.update(part);
        }
    }
}
