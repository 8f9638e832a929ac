package dev.gantry.engine.cpu.onednn;

import dev.gantry.engine.cpu.matmul.Scratch;

/// What one worker needs for tiles whose types oneDNN does not take as they are.
final class WorkerMemory implements AutoCloseable {
    final Scratch left = new Scratch();
    final Scratch right = new Scratch();
    final Scratch bias = new Scratch();
    final Scratch output = new Scratch();

    @Override
    public void close() {
        left.close();
        right.close();
        bias.close();
        output.close();
    }
}
