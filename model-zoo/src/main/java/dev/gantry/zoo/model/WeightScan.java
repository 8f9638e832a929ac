package dev.gantry.zoo.model;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Looks through all weights for values that are no numbers; reads each byte once.
public final class WeightScan {
    private static final long PIECE_ELEMENTS = 1 << 20;

    private WeightScan() {}

    /// A tensor with values that would spoil every result.
    ///
    /// @param count how many of its elements are NaN or infinite
    /// @param first index of the first of them, counted through the whole tensor
    public record NonFinite(String tensor, long count, long first) {}

    /// The tensors of `model` that are not finite throughout; empty when all is well.
    public static List<NonFinite> scan(LoadedModel model, Progress progress) {
        List<NonFinite> found = new ArrayList<>();
        var names = model.folder().parameters().names().values();
        long bytes = 0;
        for (String name : names) {
            bytes += model.checkpoint().tensor(name).data().byteSize();
        }
        try (ProgressTask task = progress.start("checking weights", bytes, ProgressUnit.BYTES)) {
            long done = 0;
            for (String name : names) {
                Tensor tensor = model.checkpoint().tensor(name);
                NonFinite finding = scan(name, tensor, progress, task, done);
                if (finding.count > 0) {
                    found.add(finding);
                }
                done += tensor.data().byteSize();
                task.update(done);
            }
        }
        return found;
    }

    /// Refuses a model with weights that would spoil every result.
    public static void requireFinite(LoadedModel model, Progress progress) {
        List<NonFinite> found = scan(model, progress);
        if (!found.isEmpty()) {
            NonFinite first = found.getFirst();
            String others = found.size() == 1 ? "" : "; so do " + (found.size() - 1) + " more tensors";
            throw GantryException.badInput(
                    "MODEL-NOT-FINITE",
                    "cannot use the model " + model.folder().path(),
                    "tensor %s holds %,d values that are infinite or no numbers, the first at element %,d%s"
                            .formatted(first.tensor, first.count, first.first, others),
                    "Fetch the weights again; when they are the same, the model was published broken.");
        }
    }

    private static NonFinite scan(String name, Tensor tensor, Progress progress, ProgressTask task, long doneBytes) {
        long count = 0;
        long first = -1;
        for (long from = 0; from < tensor.elements(); from += PIECE_ELEMENTS) {
            progress.throwIfCancelled();
            task.update(doneBytes + from * tensor.dtype().bytes());
            long to = Math.min(tensor.elements(), from + PIECE_ELEMENTS);
            int inPiece = count(tensor.dtype(), tensor.data(), from, to);
            if (inPiece > 0 && first < 0) {
                first = first(tensor.dtype(), tensor.data(), from);
            }
            count += inPiece;
        }
        return new NonFinite(name, count, first);
    }

    /// The exponent's bits are all set in infinities and NaNs, and in nothing else.
    private static int count(DType dtype, MemorySegment data, long from, long to) {
        int count = 0;
        switch (dtype) {
            case F32 -> {
                for (long i = from; i < to; i++) {
                    count += isFull(data.getAtIndex(ValueLayout.JAVA_INT, i), 0x7f80_0000);
                }
            }
            case BF16 -> {
                for (long i = from; i < to; i++) {
                    count += isFull(data.getAtIndex(ValueLayout.JAVA_SHORT, i), 0x7f80);
                }
            }
            case F16 -> {
                for (long i = from; i < to; i++) {
                    count += isFull(data.getAtIndex(ValueLayout.JAVA_SHORT, i), 0x7c00);
                }
            }
            case F64 -> {
                for (long i = from; i < to; i++) {
                    count += Double.isFinite(data.getAtIndex(ValueLayout.JAVA_DOUBLE, i)) ? 0 : 1;
                }
            }
            case I64, I32, I16, I8, U8, BOOL -> {}
        }
        return count;
    }

    private static int isFull(int bits, int exponent) {
        return (bits & exponent) == exponent ? 1 : 0;
    }

    private static long first(DType dtype, MemorySegment data, long from) {
        long index = from;
        while (count(dtype, data, index, index + 1) == 0) {
            index++;
        }
        return index;
    }
}
