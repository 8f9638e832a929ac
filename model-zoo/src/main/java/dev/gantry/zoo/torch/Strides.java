package dev.gantry.zoo.torch;

import dev.gantry.zoo.torch.PickleValue.TensorView;
import java.lang.foreign.MemorySegment;

/// Views whose elements do not lie one behind the other.
final class Strides {
    private Strides() {}

    static long elements(TensorView view) {
        long elements = 1;
        for (long size : view.size()) {
            elements = Math.multiplyExact(elements, size);
        }
        return elements;
    }

    /// Whether the elements lie in row-major order without gaps; axes of one element have no say.
    static boolean isContiguous(TensorView view) {
        long expected = 1;
        for (int axis = view.size().size() - 1; axis >= 0; axis--) {
            if (view.size().get(axis) != 1 && view.stride().get(axis) != expected) {
                return false;
            }
            expected *= view.size().get(axis);
        }
        return true;
    }

    /// Copies the elements into row-major order.
    ///
    /// @param view with at least one axis and one element
    /// @param from starts at the view's first element
    /// @param elementBytes size of an element
    static void copy(TensorView view, MemorySegment from, MemorySegment to, int elementBytes) {
        int last = view.size().size() - 1;
        long columns = view.size().get(last);
        long stride = view.stride().get(last) * elementBytes;
        long[] index = new long[view.size().size()];
        long source = 0;
        long target = 0;
        for (long row = elements(view) / columns; row > 0; row--) {
            for (long column = 0; column < columns; column++, target += elementBytes) {
                MemorySegment.copy(from, source * elementBytes + column * stride, to, target, elementBytes);
            }
            source = next(view, index, source);
        }
    }

    /// Offset of the next row, counting like an odometer.
    private static long next(TensorView view, long[] index, long source) {
        for (int axis = index.length - 2; axis >= 0; axis--) {
            source += view.stride().get(axis);
            if (++index[axis] < view.size().get(axis)) {
                return source;
            }
            source -= view.stride().get(axis) * view.size().get(axis);
            index[axis] = 0;
        }
        return source;
    }
}
