package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.LossesContract;
import dev.gantry.engine.cpu.HostSubject;

class VectorLossesTest extends LossesContract {
    VectorLossesTest() {
        super(HostSubject.vector());
    }
}
