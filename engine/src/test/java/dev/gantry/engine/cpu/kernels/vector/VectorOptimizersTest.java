package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.OptimizersContract;
import dev.gantry.engine.cpu.HostSubject;

class VectorOptimizersTest extends OptimizersContract {
    VectorOptimizersTest() {
        super(HostSubject.vector(), 1, 15, 64, 100, 1030);
    }
}
