package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.ElementsContract;
import dev.gantry.engine.cpu.HostSubject;

class VectorElementsTest extends ElementsContract {
    VectorElementsTest() {
        super(HostSubject.vector(), 1, 4, 7, 16, 33, 64, 100, 257, 1023, 1024, 1025, 2050);
    }
}
