package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ElementsContract;

class CudaElementsTest extends ElementsContract {
    CudaElementsTest() {
        super(new CudaSubject(), 1, 7, 32, 33, 100, 257, 1025);
    }
}
