package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.NormsContract;
import dev.gantry.engine.cpu.HostSubject;

class VectorNormsTest extends NormsContract {
    VectorNormsTest() {
        super(HostSubject.vector(), 67, 1, 5, 16, 48, 63, 64, 65, 130, 768, 1027);
    }
}
