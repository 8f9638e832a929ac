package dev.gantry.zoo.torch;

import dev.gantry.zoo.checkpoint.BadFile;
import dev.gantry.zoo.torch.PickleValue.Dict;
import dev.gantry.zoo.torch.PickleValue.Huge;
import dev.gantry.zoo.torch.PickleValue.Items;
import dev.gantry.zoo.torch.PickleValue.Storage;
import dev.gantry.zoo.torch.PickleValue.TensorView;
import dev.gantry.zoo.torch.PickleValue.Text;
import dev.gantry.zoo.torch.PickleValue.Truth;
import dev.gantry.zoo.torch.PickleValue.Whole;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The storages of a file before PyTorch 1.6: five pickles, then each storage's length and bytes.
final class LegacyStorages implements Storages {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long PROTOCOL = 1001;

    private final Path file;
    private final PickleValue pickle;
    private final Map<String, MemorySegment> bytesByKey = new HashMap<>();

    /// @param bytes the whole file, mapped
    LegacyStorages(Path file, MemorySegment bytes) {
        this.file = file;
        PickleInput in = new PickleInput(file, bytes);
        if (!(PickleMachine.read(in) instanceof Huge magic) || !magic.value().equals(MAGIC)) {
            throw BadFile.refused(
                    "MODEL-FILE-UNKNOWN",
                    file,
                    "it is a pickle, but not one of torch.save",
                    "Give a checkpoint written by torch.save, or safetensors.");
        }
        if (!(PickleMachine.read(in) instanceof Whole version) || version.value() != PROTOCOL) {
            throw BadFile.damaged(file, "it is of an unknown version");
        }
        if (!(PickleMachine.read(in) instanceof Dict system)
                || !(system.items().get("little_endian") instanceof Truth little)) {
            throw BadFile.damaged(file, "it does not tell the order of its bytes");
        }
        if (!little.value()) {
            throw ZipStorages.bigEndian(file);
        }
        this.pickle = PickleMachine.read(in);
        readStorages(in);
    }

    /// The list of tensors.
    PickleValue pickle() {
        return pickle;
    }

    private void readStorages(PickleInput in) {
        Map<String, Storage> storages = storages();
        if (!(PickleMachine.read(in) instanceof Items keys)) {
            throw BadFile.damaged(file, "it has no list of storages");
        }
        for (PickleValue key : keys.items()) {
            Storage storage = key instanceof Text text ? storages.get(text.value()) : null;
            if (storage == null) {
                throw BadFile.damaged(file, "it holds a storage that no tensor uses");
            }
            long elements = in.i8();
            if (elements != storage.elements()) {
                throw BadFile.damaged(
                        file,
                        "a storage has %,d elements where the tensors need %,d"
                                .formatted(elements, storage.elements()));
            }
            bytesByKey.put(storage.key(), in.slice(elements * storage.dtype().bytes()));
        }
    }

    private Map<String, Storage> storages() {
        Map<String, Storage> storages = new HashMap<>();
        if (pickle instanceof Dict dict) {
            for (PickleValue value : dict.items().values()) {
                if (value instanceof TensorView tensor) {
                    storages.put(tensor.storage().key(), tensor.storage());
                }
            }
        }
        return storages;
    }

    @Override
    public MemorySegment bytes(Storage storage) {
        MemorySegment bytes = bytesByKey.get(storage.key());
        if (bytes == null
                || bytes.byteSize() != storage.elements() * storage.dtype().bytes()) {
            throw BadFile.damaged(file, "it lacks the storage " + BadFile.shown(storage.key()));
        }
        return bytes;
    }
}
