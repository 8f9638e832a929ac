package dev.gantry.engine.pass;

/// Which loop of the head's loss is the outer one. The numbers are the same.
public enum HeadOrder {
    /// Slices of tokens outside, each forward and back through all blocks of the head, whose logits of one slice are
    /// kept meanwhile: for a head that lies on the device.
    SLICES_OUTSIDE,
    /// Blocks of the head outside, all tokens of the step inside, logits computed once more on the way back: each block
    /// is acquired twice a step, and the device holds no more than a few blocks.
    BLOCKS_OUTSIDE
}
