package dev.gantry.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What cuBLASLt proposes for products of one shape. Nothing is measured: the same library on the same card gives the
/// same proposal.
final class ProductProposals {
    /// `cublasLtMatmulPreferenceAttributes_t`.
    private static final int MOST_WORKSPACE = 1;

    private static final int REDUCTIONS = 3;
    private static final int FIRST_ALIGNMENT = 5;

    /// Whole sums, or parts in f32 in the workspace that are added in a step of their own. Not those that add parts up
    /// in the output, rounded to its type in between.
    private static final int REDUCTIONS_IN_F32 = 2;

    /// `cublasLtMatmulHeuristicResult_t`: the algorithm, its workspace (8), its status (4), waves (4), reserved (16).
    static final int ALGORITHM_BYTES = 64;

    private static final int STATE_OFFSET = 72;
    private static final int RESULT_BYTES = 96;
    private static final int MOST = 8;

    private ProductProposals() {}

    /// Asks for algorithms, and writes the first that works into the plan.
    ///
    /// @return false when the library has none
    static boolean choose(
            CublasLt library, MemorySegment handle, ProductPlan plan, ProductShape shape, long workspaceBytes) {
        MemorySegment preference = library.create("cublasLtMatmulPreferenceCreate");
        try (Arena call = Arena.ofConfined()) {
            prefer(library, preference, MOST_WORKSPACE, call.allocateFrom(JAVA_LONG, workspaceBytes));
            prefer(library, preference, REDUCTIONS, call.allocateFrom(JAVA_INT, REDUCTIONS_IN_F32));
            int[] alignments = {shape.bAlignment(), shape.aAlignment(), shape.cAlignment(), shape.cAlignment()};
            for (int i = 0; i < alignments.length; i++) {
                prefer(library, preference, FIRST_ALIGNMENT + i, call.allocateFrom(JAVA_INT, alignments[i]));
            }
            MemorySegment proposals = call.allocate((long) MOST * RESULT_BYTES, Long.BYTES);
            MemorySegment count = call.allocate(JAVA_INT);
            int status = library.status(
                    "cublasLtMatmulAlgoGetHeuristic",
                    handle,
                    plan.description(),
                    plan.left(),
                    plan.right(),
                    plan.out(),
                    plan.out(),
                    preference,
                    MOST,
                    proposals,
                    count);
            if (status == CublasLt.NOT_SUPPORTED || status == CublasLt.ARCH_MISMATCH) {
                return false;
            }
            library.check("cublasLtMatmulAlgoGetHeuristic", status);
            return take(proposals, count.get(JAVA_INT, 0), plan.algorithm());
        } finally {
            library.call("cublasLtMatmulPreferenceDestroy", preference);
        }
    }

    private static void prefer(CublasLt library, MemorySegment preference, int attribute, MemorySegment value) {
        library.call("cublasLtMatmulPreferenceSetAttribute", preference, attribute, value, value.byteSize());
    }

    /// The first that works; they come with the fastest first.
    private static boolean take(MemorySegment proposals, int count, MemorySegment algorithm) {
        for (int i = 0; i < count; i++) {
            MemorySegment proposal = proposals.asSlice((long) i * RESULT_BYTES, RESULT_BYTES);
            if (proposal.get(JAVA_INT, STATE_OFFSET) == 0) {
                algorithm.copyFrom(proposal.asSlice(0, ALGORITHM_BYTES));
                return true;
            }
        }
        return false;
    }
}
