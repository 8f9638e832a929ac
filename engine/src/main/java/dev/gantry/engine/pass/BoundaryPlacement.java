package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.TensorArena;

/// Where a training pass keeps the residual stream between its blocks. A choice of memory against time, never of
/// numbers.
public interface BoundaryPlacement {
    /// All of it on the device.
    BoundaryPlacement ON_DEVICE = (backend, extent, device) -> new DeviceBoundaries(extent, device);

    /// No more than a block's input and output, on the device: for sweeps forward of which only the end is looked at.
    BoundaryPlacement LAST_ONLY = (backend, extent, device) -> new PassingBoundaries(extent, device);

    /// What there is to keep.
    ///
    /// @param layers number of blocks
    /// @param microBatches most micro-batches of a sweep
    /// @param maxTokens tokens of the largest micro-batch
    record Extent(int layers, int microBatches, int maxTokens, int hidden) {}

    /// Takes all memory that a pass of this extent will need.
    ///
    /// @param device gives the memory on the device; an arena that only measures gets a store that holds nothing
    BoundaryStore open(Backend backend, Extent extent, TensorArena device);
}
