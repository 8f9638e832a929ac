package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Heads;

/// Heads of queries, keys and values of the same tokens.
record QkvHeads(Heads q, Heads k, Heads v) {}
