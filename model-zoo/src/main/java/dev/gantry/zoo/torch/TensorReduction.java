package dev.gantry.zoo.torch;

import dev.gantry.engine.tensor.DType;
import dev.gantry.zoo.torch.PickleValue.Dict;
import dev.gantry.zoo.torch.PickleValue.Global;
import dev.gantry.zoo.torch.PickleValue.Items;
import dev.gantry.zoo.torch.PickleValue.None;
import dev.gantry.zoo.torch.PickleValue.Storage;
import dev.gantry.zoo.torch.PickleValue.TensorView;
import dev.gantry.zoo.torch.PickleValue.Text;
import dev.gantry.zoo.torch.PickleValue.Tuple;
import dev.gantry.zoo.torch.PickleValue.Whole;
import java.util.List;

/// What the "calls" in a pickle of tensors mean: a tensor is a view of a storage, an OrderedDict a dict.
final class TensorReduction {
    private static final int MAX_RANK = 16;

    private final PickleInput in;

    TensorReduction(PickleInput in) {
        this.in = in;
    }

    PickleValue call(PickleValue callee, PickleValue arguments) {
        if (!(callee instanceof Global global) || !(arguments instanceof Tuple tuple)) {
            throw in.unsafe("a call of something unknown");
        }
        List<PickleValue> list = tuple.items();
        return switch (global.known()) {
            case ORDERED_DICT -> dict(list);
            case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> tensor(list);
            case REBUILD_PARAMETER -> parameter(list);
            case DOUBLE_STORAGE,
                    FLOAT_STORAGE,
                    BFLOAT16_STORAGE,
                    HALF_STORAGE,
                    LONG_STORAGE,
                    INT_STORAGE,
                    SHORT_STORAGE,
                    CHAR_STORAGE,
                    BYTE_STORAGE,
                    BOOL_STORAGE -> throw in.unsafe("a storage made by a call");
        };
    }

    /// `('storage', class, key, location, elements)`, and in old files the view or None behind it.
    Storage storage(PickleValue id) {
        if (!(id instanceof Tuple tuple)
                || tuple.items().size() < 5
                || tuple.items().size() > 6
                || !(tuple.items().get(0) instanceof Text kind && kind.value().equals("storage"))
                || !(tuple.items().get(1) instanceof Global type)
                || !(tuple.items().get(2) instanceof Text key)) {
            throw in.unsafe("an object from outside that is no storage");
        }
        DType dtype = type.known().storageType();
        long elements = count(tuple.items().get(4));
        if (dtype == null || elements > Long.MAX_VALUE / Long.BYTES) {
            throw in.damaged("a storage has no type or an impossible length");
        }
        if (tuple.items().size() == 6 && tuple.items().get(5) instanceof Tuple(List<PickleValue> view)) {
            return view(dtype, key.value(), elements, view);
        }
        return new Storage(dtype, key.value(), elements, 0, elements);
    }

    private Storage view(DType dtype, String key, long elements, List<PickleValue> view) {
        if (view.size() != 3) {
            throw in.damaged("a view of a storage is malformed");
        }
        long offset = count(view.get(1));
        long length = count(view.get(2));
        if (offset > elements || length > elements - offset) {
            throw in.damaged("a view reaches beyond its storage");
        }
        return new Storage(dtype, key, elements, offset, length);
    }

    /// Python 2 hands the pairs to the constructor, Python 3 puts them in afterwards.
    private Dict dict(List<PickleValue> arguments) {
        Dict dict = new Dict();
        if (arguments.size() == 1 && arguments.getFirst() instanceof Items pairs) {
            for (PickleValue pair : pairs.items()) {
                List<PickleValue> items = items(pair);
                if (items.size() != 2 || !(items.getFirst() instanceof Text key)) {
                    throw in.damaged("an OrderedDict is made of something else than pairs");
                }
                dict.items().put(key.value(), items.get(1));
            }
        } else if (!arguments.isEmpty()) {
            throw in.damaged("an OrderedDict is made of something unknown");
        }
        return dict;
    }

    /// `(storage, offset, size, stride, ...)`; what follows concerns training.
    private TensorView tensor(List<PickleValue> arguments) {
        if (arguments.size() < 4 || !(arguments.getFirst() instanceof Storage storage)) {
            throw in.damaged("a tensor is made of something else than a storage");
        }
        TensorView view =
                new TensorView(storage, count(arguments.get(1)), counts(arguments.get(2)), counts(arguments.get(3)));
        if (view.size().size() != view.stride().size() || !fits(view)) {
            throw in.damaged("a tensor reaches beyond its storage of " + storage.viewElements() + " elements");
        }
        return view;
    }

    private PickleValue parameter(List<PickleValue> arguments) {
        if (arguments.isEmpty() || !(arguments.getFirst() instanceof TensorView tensor)) {
            throw in.damaged("a parameter is made of something else than a tensor");
        }
        return tensor;
    }

    private static boolean fits(TensorView view) {
        try {
            long last = view.offset();
            for (int axis = 0; axis < view.size().size(); axis++) {
                if (view.size().get(axis) == 0) {
                    return view.offset() <= view.storage().viewElements();
                }
                last = Math.addExact(
                        last,
                        Math.multiplyExact(
                                view.size().get(axis) - 1, view.stride().get(axis)));
            }
            return last < view.storage().viewElements();
        } catch (ArithmeticException tooLarge) {
            return false;
        }
    }

    private List<Long> counts(PickleValue value) {
        List<PickleValue> items = items(value);
        if (items.size() > MAX_RANK) {
            throw in.damaged("a tensor has " + items.size() + " axes");
        }
        return items.stream().map(this::count).toList();
    }

    private List<PickleValue> items(PickleValue value) {
        return switch (value) {
            case Tuple tuple -> tuple.items();
            case Items list -> list.items();
            default -> throw in.damaged("a list is something else");
        };
    }

    private long count(PickleValue value) {
        if (value instanceof Whole whole && whole.value() >= 0) {
            return whole.value();
        }
        throw in.damaged("a count is " + (value instanceof None ? "None" : "no whole number from 0 up"));
    }
}
