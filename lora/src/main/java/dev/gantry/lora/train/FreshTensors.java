package dev.gantry.lora.train;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/// The values a model starts pre-training from, made one tensor at a time in the same memory.
final class FreshTensors implements Function<String, Matrix>, AutoCloseable {
    private final Map<String, ParameterSpec> parameters = new HashMap<>();
    private final FreshParameters fresh;
    private final TensorArena arena;
    private final MemorySegment room;

    /// @param account where the memory of the largest tensor comes from
    FreshTensors(BaseModel base, long seed, MemoryAccount account) {
        long largest = 0;
        for (ParameterSpec parameter : DecoderParameters.of(base.spec())) {
            parameters.put(base.family().names().standard(parameter.id()), parameter);
            largest = Math.max(largest, bytes(parameter));
        }
        this.fresh = new FreshParameters(base.spec(), seed);
        this.arena = new TensorArena(account, "starting values");
        this.room = arena.allocateBytes(largest);
    }

    private static long bytes(ParameterSpec parameter) {
        return parameter.shape().elements() * DType.F32.bytes();
    }

    /// Valid until the next call.
    @Override
    public Matrix apply(String name) {
        ParameterSpec parameter = Objects.requireNonNull(parameters.get(name), name);
        Matrix value = new Tensor(DType.F32, parameter.shape(), room.asSlice(0, bytes(parameter))).matrix();
        fresh.fill(parameter.id(), value);
        return value;
    }

    @Override
    public void close() {
        arena.close();
    }
}
