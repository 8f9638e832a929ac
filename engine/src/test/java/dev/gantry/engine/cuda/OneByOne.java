package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ForwardingBackend;
import dev.gantry.engine.backend.RepeatedWork;

/// Another backend, whose kernels are launched one by one.
public final class OneByOne extends ForwardingBackend {
    public OneByOne(Backend backend) {
        super(backend);
    }

    @Override
    public RepeatedWork repeatedWork() {
        return RepeatedWork.PLAIN;
    }
}
