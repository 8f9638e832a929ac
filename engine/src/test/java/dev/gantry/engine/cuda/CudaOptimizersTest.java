package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.OptimizersContract;

class CudaOptimizersTest extends OptimizersContract {
    CudaOptimizersTest() {
        super(new CudaSubject(), 1, 15, 64, 530);
    }
}
