package dev.gantry.zoo.torch;

import dev.gantry.zoo.torch.PickleValue.Storage;
import java.lang.foreign.MemorySegment;

/// The bytes behind the tensors of a file.
interface Storages {
    /// All bytes of a storage, at any alignment; exactly as many as it has elements.
    MemorySegment bytes(Storage storage);
}
