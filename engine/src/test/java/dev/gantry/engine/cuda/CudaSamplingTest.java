package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.SamplingContract;

class CudaSamplingTest extends SamplingContract {
    CudaSamplingTest() {
        super(new CudaSubject());
    }
}
