package dev.gantry.offload.frozen;

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

    /// @param wire layout of each block in the copy
    /// @return 64 hexadecimal digits
    static String of(StoredModel model, List<FileIdentity> files, List<ChunkLayout> wire) {
        ModelFingerprint fingerprint = new ModelFingerprint(model, files);
        for (int layer = 0; layer < wire.size(); layer++) {
            for (ChunkLayout.Part part : wire.get(layer).parts()) {
                fingerprint.add(layer, part);
            }
        }
        return HexFormat.of().formatHex(fingerprint.digest.digest());
    }

    private void add(int layer, ChunkLayout.Part part) {
        Tensor tensor = model.tensor(part.id(layer));
        add(part.id(layer) + " " + part.dtype() + " " + part.offset() + " from " + tensor.dtype() + tensor.shape());
        StoredPlace place = model.place(part.id(layer));
        if (place != null) {
            FileIdentity file = Objects.requireNonNull(files.get(place.file()));
            add(place.offset() + " in " + file.path().toAbsolutePath() + " " + file.bytes() + " " + file.modified());
        } else {
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
