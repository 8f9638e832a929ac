package dev.gantry.engine.cuda;

import org.junit.jupiter.api.BeforeEach;

/// The same on a driver that does everything as late and in as unlucky an order as CUDA allows.
class DeferredBackendTest extends CudaBackendTest {

    @BeforeEach
    void defer() {
        cuda.defer(7);
    }
}
