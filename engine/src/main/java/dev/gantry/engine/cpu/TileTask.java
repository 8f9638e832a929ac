package dev.gantry.engine.cpu;

/// One piece of a kernel's work. What a tile computes depends on its number alone, never on who runs it or when.
@FunctionalInterface
public interface TileTask {

    /// @param tile number of the piece, from 0
    /// @param worker which thread of the pool runs it, in `[0, threads)`: the index of scratch memory
    void run(int tile, int worker);
}
