package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.offload.io.FileIdentity;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Where chunks come from when they are not in memory that they live in.
interface ChunkSource {

    /// How a chunk is read from files, again and again, to be in `layout`.
    ///
    /// @throws dev.gantry.engine.GantryException when not all of it lies in files
    ChunkHome.OnDisk home(Chunk chunk, ChunkLayout layout);

    /// The files that homes are read from, as they were when they were opened.
    List<FileIdentity> identities();

    /// Copies what lies in memory alone to `target`, and says how the rest is read from files.
    ChunkHome.OnDisk bring(Chunk chunk, ChunkLayout layout, MemorySegment target, ElementKernels kernels);
}
