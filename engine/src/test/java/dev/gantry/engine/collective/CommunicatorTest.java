package dev.gantry.engine.collective;

import dev.gantry.engine.cpu.CpuBackend;

/// Ranks that are threads of one process.
class CommunicatorTest extends CommunicatorContract {
    @Override
    protected Ranks ranks(int count) {
        return new Ranks(count, PATIENCE, rank -> new CpuBackend(1));
    }
}
