package dev.gantry.engine.collective;

import dev.gantry.engine.backend.Backend;

/// One rank: what it computes with, and its way to the others.
public record Rank(Communicator communicator, Backend backend) {

    /// This rank's number, from 0.
    public int number() {
        return communicator.rank();
    }

    /// How many ranks there are.
    public int count() {
        return communicator.ranks();
    }
}
