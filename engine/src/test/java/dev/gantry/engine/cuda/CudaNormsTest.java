package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.NormsContract;

class CudaNormsTest extends NormsContract {
    CudaNormsTest() {
        super(new CudaSubject(), 19, 1, 5, 63, 65, 257, 700);
    }
}
