package dev.gantry.engine.cpu.kernels.vector;

import dev.gantry.engine.backend.RowsContract;
import dev.gantry.engine.cpu.HostSubject;

class VectorRowsTest extends RowsContract {
    VectorRowsTest() {
        super(HostSubject.vector(), 1, 5, 16, 48, 63, 64, 65, 130, 768, 1027);
    }
}
