package dev.gantry.zoo.torch;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.checkpoint.BadFile;
import dev.gantry.zoo.torch.PickleValue.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The storages of a file since PyTorch 1.6: a zip with `data.pkl` and one entry for each storage.
final class ZipStorages implements Storages {
    private static final String PICKLE = "data.pkl";

    /// The list of tensors of the largest models takes a few megabytes.
    private static final long MAX_PICKLE_BYTES = 64L << 20;

    private final Path file;
    private final Arena arena;
    private final Map<String, ZipEntryBytes> entries;
    private final String root;
    private final Map<String, MemorySegment> unpacked = new HashMap<>();

    /// @param bytes the whole file, mapped
    /// @param arena receives what has to be unpacked
    ZipStorages(Path file, MemorySegment bytes, Arena arena) {
        this.file = file;
        this.arena = arena;
        this.entries = ZipDirectory.read(file, bytes);
        this.root = root();
        requireLittleEndian(entries.get(root + "byteorder"));
    }

    /// The list of tensors.
    PickleValue pickle() {
        ZipEntryBytes entry = entry(root + PICKLE);
        if (entry.plainBytes() > MAX_PICKLE_BYTES) {
            throw BadFile.damaged(file, "its list of tensors claims %,d bytes".formatted(entry.plainBytes()));
        }
        return PickleMachine.read(new PickleInput(file, entry.plain(arena)));
    }

    @Override
    public synchronized MemorySegment bytes(Storage storage) {
        ZipEntryBytes entry = entry(root + "data/" + storage.key());
        long expected = storage.elements() * storage.dtype().bytes();
        if (entry.plainBytes() != expected) {
            throw BadFile.damaged(
                    file,
                    "its entry %s has %,d bytes where the tensors need %,d"
                            .formatted(BadFile.shown(entry.name()), entry.plainBytes(), expected));
        }
        return unpacked.computeIfAbsent(storage.key(), key -> entry.plain(arena));
    }

    private String root() {
        List<String> pickles = entries.keySet().stream()
                .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
                .toList();
        if (pickles.size() != 1) {
            throw BadFile.refused(
                    "MODEL-FILE-UNKNOWN",
                    file,
                    "it is a zip file with " + pickles.size() + " entries " + PICKLE + " instead of one",
                    "Give a checkpoint written by torch.save, or safetensors.");
        }
        String name = pickles.getFirst();
        return name.substring(0, name.length() - PICKLE.length());
    }

    private void requireLittleEndian(@Nullable ZipEntryBytes order) {
        if (order == null) {
            return; // written before PyTorch 2.0, on machines that all were little-endian
        }
        if (order.plainBytes() > 16
                || !new String(order.plain(arena).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII)
                        .equals("little")) {
            throw bigEndian(file);
        }
    }

    static GantryException bigEndian(Path file) {
        return BadFile.refused(
                "MODEL-BIG-ENDIAN",
                file,
                "its numbers are big-endian, as only mainframes write them",
                "Save it again on a common machine, as safetensors.");
    }

    private ZipEntryBytes entry(String name) {
        ZipEntryBytes entry = entries.get(name);
        if (entry == null) {
            throw BadFile.damaged(file, "it lacks the entry " + BadFile.shown(name));
        }
        return entry;
    }
}
