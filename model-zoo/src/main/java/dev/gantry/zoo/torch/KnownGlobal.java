package dev.gantry.zoo.torch;

import dev.gantry.engine.tensor.DType;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The complete list of Python names that a file may mention. None of them is ever run; each is a word we understand.
enum KnownGlobal {
    ORDERED_DICT("collections", "OrderedDict", null),
    REBUILD_TENSOR("torch._utils", "_rebuild_tensor", null),
    REBUILD_TENSOR_V2("torch._utils", "_rebuild_tensor_v2", null),
    REBUILD_PARAMETER("torch._utils", "_rebuild_parameter", null),
    DOUBLE_STORAGE("torch", "DoubleStorage", DType.F64),
    FLOAT_STORAGE("torch", "FloatStorage", DType.F32),
    BFLOAT16_STORAGE("torch", "BFloat16Storage", DType.BF16),
    HALF_STORAGE("torch", "HalfStorage", DType.F16),
    LONG_STORAGE("torch", "LongStorage", DType.I64),
    INT_STORAGE("torch", "IntStorage", DType.I32),
    SHORT_STORAGE("torch", "ShortStorage", DType.I16),
    CHAR_STORAGE("torch", "CharStorage", DType.I8),
    BYTE_STORAGE("torch", "ByteStorage", DType.U8),
    BOOL_STORAGE("torch", "BoolStorage", DType.BOOL);

    private final String module;
    private final String pythonName;
    private final @Nullable DType storageType;

    KnownGlobal(String module, String pythonName, @Nullable DType storageType) {
        this.module = module;
        this.pythonName = pythonName;
        this.storageType = storageType;
    }

    static Optional<KnownGlobal> of(String module, String name) {
        return Arrays.stream(values())
                .filter(g -> g.module.equals(module) && g.pythonName.equals(name))
                .findAny();
    }

    /// Element type of a storage class; null for the others.
    @Nullable
    DType storageType() {
        return storageType;
    }
}
