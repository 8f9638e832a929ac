package dev.gantry.zoo.torch;

import dev.gantry.engine.tensor.DType;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a pickle of tensors can hold. Nothing here walks down into values, so nesting of any depth is harmless.
sealed interface PickleValue {

    /// Marks a place on the stack.
    enum Mark implements PickleValue {
        MARK
    }

    /// `None`.
    enum None implements PickleValue {
        NONE
    }

    record Truth(boolean value) implements PickleValue {}

    record Whole(long value) implements PickleValue {}

    /// A whole number of more than 64 bits, such as the magic number of old files.
    record Huge(BigInteger value) implements PickleValue {}

    record Real(double value) implements PickleValue {}

    record Text(String value) implements PickleValue {}

    record Tuple(List<PickleValue> items) implements PickleValue {}

    /// A list that still grows.
    record Items(List<PickleValue> items) implements PickleValue {}

    /// A dict or OrderedDict that still grows; keys are texts or whole numbers.
    record Dict(Map<Object, PickleValue> items) implements PickleValue {
        Dict() {
            this(new LinkedHashMap<>());
        }
    }

    /// One of the few names of Python that are known here; see {@link KnownGlobal}.
    record Global(KnownGlobal known) implements PickleValue {}

    /// Bytes that tensors look into.
    ///
    /// @param elements length of the whole storage
    /// @param viewOffset first element of the view, where old files store views
    /// @param viewElements length of the view
    record Storage(DType dtype, String key, long elements, long viewOffset, long viewElements) implements PickleValue {}

    /// A view of a storage; all extents in elements.
    record TensorView(Storage storage, long offset, List<Long> size, List<Long> stride) implements PickleValue {}
}
