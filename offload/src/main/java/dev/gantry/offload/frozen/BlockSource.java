package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.offload.io.FileIdentity;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Where blocks come from when they are not in memory that they live in.
interface BlockSource {

    /// How a block is read from files, again and again.
    ///
    /// @throws dev.gantry.engine.GantryException when not all of it lies in files
    ChunkHome.OnDisk home(int layer, ChunkLayout layout);

    /// The files that homes are read from, as they were when they were opened.
    List<FileIdentity> identities();

    /// Copies what lies in memory alone to a chunk, and says how the rest is read from files.
    ChunkHome.OnDisk bring(int layer, ChunkLayout layout, MemorySegment chunk, ElementKernels kernels);
}
