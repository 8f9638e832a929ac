package dev.gantry.engine.cpu.onednn;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.TileTask;
import dev.gantry.engine.cpu.matmul.TileGrid;
import dev.gantry.engine.cpu.matmul.TileOutput;
import dev.gantry.engine.cpu.matmul.Widening;
import dev.gantry.engine.cpu.onednn.ProductCall.Packed;
import dev.gantry.engine.cpu.onednn.ProductCall.Rows;
import dev.gantry.engine.cpu.onednn.ProductKey.Bias;
import dev.gantry.engine.cpu.onednn.ProductKey.Order;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One running product: the primitives for its tiles, and what a tile does.
///
/// Rims are split so that varying token counts do not each need primitives of their own: the last rows into a multiple
/// of {@link #ROW_STEP} and a rest, the depth of a weight gradient (its tokens) likewise. oneDNN takes most pairs of
/// types as they are; for the others a tile's factors are widened first, or its sums are rounded afterwards.
///
/// oneDNN's kernels for matrix tiles (AMX) load the left factor's rows to a multiple of {@link #TILE_DEPTH} and
/// multiply what lies beyond the row by zero, which is NaN when that happens to be NaN or infinite: there rows of
/// another depth are first copied to where zeros follow them.
final class Product implements TileTask, AutoCloseable {
    private static final int ROW_STEP = 16;
    private static final int DEPTH_STEP = 32;
    private static final int ROW_KINDS = 3;
    /// Rows of bf16 that tile kernels read together.
    private static final int TILE_DEPTH = 32;

    private final ProductCall call;
    private final PrimitiveCache cache;
    private final Packing packing;
    private final WorkerMemory[] memories;
    private final TileGrid grid;
    private final DType leftType;
    private final DType rightType;
    private final Order order;
    private final boolean padsLeft;
    private final long aStride;
    private final long bStride;
    private final long cStride;
    private final DType outputType;
    private final int depthMain;
    private final @Nullable MatmulPrimitive[] primitives = new @Nullable MatmulPrimitive[2 * ROW_KINDS * 2];

    /// @param types what oneDNN multiplies on this processor
    Product(ProductCall call, PrimitiveCache cache, Packing packing, WorkerMemory[] memories, ProductTypes types) {
        this.call = call;
        this.cache = cache;
        this.packing = packing;
        this.memories = memories;
        DType storedType = call.right().dtype();
        leftType = types.left(call.a().dtype(), storedType);
        rightType = types.right(leftType, storedType);
        boolean isPacked = call.right() instanceof Packed; // in slices as wide as the tiles of its own type
        grid = TileGrid.of(call.layout(), call.extents(), types.sizes(isPacked ? storedType : leftType));
        order = isPacked && storedType == leftType ? Order.PACKED : Order.ROWS;
        int depth = call.extents().k();
        padsLeft = types.hasTileKernels()
                && leftType == DType.BF16
                && call.layout() != Layout.TN
                && depth % TILE_DEPTH != 0;
        aStride = leftStride(depth);
        bStride = rightStride(depth);
        outputType = roundsAfterwards() ? DType.F32 : call.c().dtype();
        cStride = roundsAfterwards() ? grid.columnBlock() : call.c().rowStride();
        boolean splitsDepth = call.layout() == Layout.TN && outputType == DType.F32 && depth > DEPTH_STEP;
        depthMain = splitsDepth ? depth / DEPTH_STEP * DEPTH_STEP : depth;
    }

    private long leftStride(int depth) {
        if (padsLeft) {
            return (depth + TILE_DEPTH - 1L) / TILE_DEPTH * TILE_DEPTH;
        }
        if (widensLeft()) {
            return call.layout() == Layout.TN ? grid.rowBlock() : depth;
        }
        return call.a().rowStride();
    }

    private long rightStride(int depth) {
        return switch (call.right()) {
            case Packed _ -> grid.columnBlock();
            case Rows(Matrix b) when widensRight() -> call.layout() == Layout.NT ? depth : grid.columnBlock();
            case Rows(Matrix b) -> b.rowStride();
        };
    }

    int tiles() {
        return grid.tiles();
    }

    private boolean widensLeft() {
        return call.a().dtype() != leftType;
    }

    private boolean widensRight() {
        return call.right().dtype() != rightType;
    }

    /// oneDNN rounds to bf16 only what it computed from bf16, and nothing to f16.
    private boolean roundsAfterwards() {
        return switch (call.c().dtype()) {
            case BF16 -> leftType == DType.F32;
            case F16 -> true;
            case F32, F64, I64, I32, I16, I8, U8, BOOL -> false;
        };
    }

    /// Gets every primitive that the tiles need; false when oneDNN lacks one.
    boolean borrowPrimitives() {
        int rowTail = grid.rows() % grid.rowBlock();
        int[] rows = {grid.rows() < grid.rowBlock() ? 0 : grid.rowBlock(), mainRows(rowTail), rowTail % ROW_STEP};
        int[] columns = {
            grid.columns() < grid.columnBlock() ? 0 : grid.columnBlock(), grid.columns() % grid.columnBlock()
        };
        int[] depths = {depthMain, call.extents().k() - depthMain};
        for (int index = 0; index < primitives.length; index++) {
            int depthKind = index % 2;
            int m = rows[index / 2 % ROW_KINDS];
            int n = columns[index / 2 / ROW_KINDS];
            int k = depths[depthKind];
            if (m > 0 && n > 0 && k > 0) {
                primitives[index] = cache.borrow(key(m, n, k, depthKind));
                if (primitives[index] == null) {
                    return false;
                }
            }
        }
        return true;
    }

    private ProductKey key(int m, int n, int k, int depthKind) {
        boolean addsToOutput = depthKind == 1 || (call.accumulate() == Accumulate.ADD && !roundsAfterwards());
        return new ProductKey(
                call.right() instanceof Packed ? Layout.NN : call.layout(),
                m,
                n,
                k,
                leftType,
                rightType,
                outputType,
                aStride,
                bStride,
                cStride,
                order,
                call.alpha(),
                call.bias() != null && depthKind == 0 ? Bias.F32_ROW : Bias.NONE,
                addsToOutput ? Accumulate.ADD : Accumulate.OVERWRITE);
    }

    private static int mainRows(int tail) {
        return tail / ROW_STEP * ROW_STEP;
    }

    @Override
    public void run(int tile, int worker) {
        int row = grid.firstRow(tile);
        int rows = grid.rowsFrom(row);
        int column = grid.firstColumn(tile);
        int columns = grid.columnsFrom(column);
        MemorySegment sums = roundsAfterwards()
                ? memories[worker].output.atLeast(4L * grid.rowBlock() * grid.columnBlock())
                : MemorySegment.NULL;
        long a = left(row, rows, worker);
        long b = right(column, columns, worker);
        long bias = bias(column, columns, worker);
        long c = roundsAfterwards() ? sums.address() : address(call.c(), row, column);
        int columnKind = columns == grid.columnBlock() ? 0 : 1;
        if (rows == grid.rowBlock()) {
            multiply(worker, columnKind, 0, 0, a, b, bias, c);
        } else {
            int main = mainRows(rows);
            multiply(worker, columnKind, 1, 0, a, b, bias, c);
            multiply(worker, columnKind, 2, main, a, b, bias, c);
        }
        if (roundsAfterwards()) {
            TileOutput.store(sums, cStride, call.c(), row, rows, column, columns, call.accumulate());
        }
    }

    /// Rows from `firstRow` of the tile on, over the whole depth; nothing where there is no such primitive.
    private void multiply(int worker, int columnKind, int rowKind, int firstRow, long a, long b, long bias, long c) {
        for (int depthKind = 0; depthKind < 2; depthKind++) {
            MatmulPrimitive primitive = primitives[(columnKind * ROW_KINDS + rowKind) * 2 + depthKind];
            if (primitive != null) {
                long depth = depthKind == 0 ? 0 : depthMain;
                long aElement = call.layout() == Layout.TN ? depth * aStride + firstRow : firstRow * aStride;
                primitive.run(
                        worker,
                        a + aElement * leftType.bytes(),
                        b + depth * bStride * rightType.bytes(),
                        bias,
                        c + firstRow * cStride * outputType.bytes());
            }
        }
    }

    private long left(int row, int rows, int worker) {
        boolean transposed = call.layout() == Layout.TN;
        if (padsLeft) {
            return paddedRows(row, rows, memories[worker]);
        }
        if (!widensLeft()) {
            return transposed ? address(call.a(), 0, row) : address(call.a(), row, 0);
        }
        int depth = call.extents().k();
        MemorySegment widened = memories[worker].left.atLeast(4L * grid.rowBlock() * depth);
        if (transposed) {
            Widening.widen(call.a(), 0, depth, row, rows, widened, aStride);
        } else {
            Widening.widen(call.a(), row, rows, 0, depth, widened, aStride);
        }
        return widened.address();
    }

    /// Rows of the left factor, each followed by zeros.
    private long paddedRows(int row, int rows, WorkerMemory memory) {
        long bytes = (long) leftType.bytes() * call.extents().k();
        long paddedBytes = aStride * leftType.bytes();
        MemorySegment padded = memory.left.atLeast(paddedBytes * grid.rowBlock());
        for (int r = 0; r < rows; r++) {
            long at = r * paddedBytes;
            MemorySegment.copy(call.a().data(), call.a().offset(row + r, 0), padded, at, bytes);
            padded.asSlice(at + bytes, paddedBytes - bytes).fill((byte) 0);
        }
        return padded.address();
    }

    private long right(int column, int columns, int worker) {
        return switch (call.right()) {
            case Rows(Matrix b) when widensRight() -> widenedRight(b, column, columns, memories[worker]);
            case Rows(Matrix b) -> call.layout() == Layout.NT ? address(b, column, 0) : address(b, 0, column);
            case Packed(OneDnnWeights weights) -> {
                if (order == Order.PACKED) {
                    yield weights.slice(column).address();
                }
                long bytes = (long) weights.k() * bStride * weights.dtype().bytes();
                MemorySegment unpacked = memories[worker].right.atLeast(bytes);
                packing.unpack(weights, column, columns, worker, unpacked, bStride);
                yield unpacked.address();
            }
        };
    }

    private long widenedRight(Matrix b, int column, int columns, WorkerMemory memory) {
        int depth = call.extents().k();
        MemorySegment widened = memory.right.atLeast(4L * depth * grid.columnBlock());
        if (call.layout() == Layout.NT) {
            Widening.widen(b, column, columns, 0, depth, widened, bStride);
        } else {
            Widening.widen(b, 0, depth, column, columns, widened, bStride);
        }
        return widened.address();
    }

    private long bias(int column, int columns, int worker) {
        Matrix bias = call.bias();
        if (bias == null) {
            return 0;
        }
        if (bias.dtype() == DType.F32) {
            return address(bias, 0, column);
        }
        MemorySegment widened = memories[worker].bias.atLeast(4L * grid.columnBlock());
        Widening.widen(bias, 0, 1, column, columns, widened, columns);
        return widened.address();
    }

    private static long address(Matrix matrix, int row, int column) {
        return matrix.data().address() + matrix.offset(row, column);
    }

    /// Gives the primitives back.
    @Override
    public void close() {
        for (MatmulPrimitive primitive : primitives) {
            if (primitive != null) {
                cache.giveBack(primitive);
            }
        }
    }
}
