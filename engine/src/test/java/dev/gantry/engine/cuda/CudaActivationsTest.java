package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ActivationsContract;

class CudaActivationsTest extends ActivationsContract {
    CudaActivationsTest() {
        super(new CudaSubject(), 1, 7, 32, 33, 100, 257, 1025);
    }
}
