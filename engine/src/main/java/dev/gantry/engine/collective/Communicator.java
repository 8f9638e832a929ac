package dev.gantry.engine.collective;

import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;

/// One of several ranks that work on one job, and its way to talk with the others.
///
/// All ranks make the same collective calls in the same order. Sums are added up in the order of the ranks,
/// `((x0 + x1) + x2) + x3`, so that every rank gets the same bits in every run. When a call returns, its memory may be
/// written again. When one rank fails, every call of the others that waits, and every later one, throws a
/// {@link dev.gantry.engine.GantryException} that names the rank and its reason.
///
/// A communicator belongs to the thread of its rank.
public interface Communicator {

    /// This rank, from 0.
    int rank();

    /// How many ranks there are.
    int ranks();

    /// Replaces the values of every rank by their sum.
    ///
    /// @param values f32, contiguous, of one size on all ranks
    void allReduce(Matrix values);

    /// Gives each rank its share of the sum: shares follow each other in the order of the ranks.
    ///
    /// @param values f32, contiguous, of one size on all ranks; contents are lost
    /// @param share f32, contiguous, may be this rank's part of `values`; all shares together are as large as these
    void reduceScatter(Matrix values, Matrix share);

    /// Gives all ranks everybody's share, one after the other in the order of the ranks.
    ///
    /// @param share bytes this rank gives; ranks may give different numbers of them
    /// @param all as large as all shares together; `share` may be this rank's part of it
    void allGather(MemorySegment share, MemorySegment all);

    /// {@link #allGather(MemorySegment, MemorySegment)} of numbers on the heap.
    default void allGather(double[] share, double[] all) {
        allGather(MemorySegment.ofArray(share), MemorySegment.ofArray(all));
    }

    /// Gives all ranks the bytes of rank `root`.
    void broadcast(int root, MemorySegment data);

    /// Returns when all ranks have called it; what they wrote before is then visible to all.
    void barrier();

    /// Offers bytes to another rank and returns at once. Offers to one rank are received in the order they were made.
    Offer offer(int to, MemorySegment data);

    /// Waits for the next offer of another rank and takes it.
    ///
    /// @param into exactly as large as what is offered
    void receive(int from, MemorySegment into);

    /// Lets all ranks read memory of each other whenever they like; a collective call.
    ///
    /// Whoever writes into what the others may read keeps them from reading by a barrier before and one after.
    ///
    /// @param own what the others may read of this rank
    Window window(MemorySegment own);

    /// Bytes this rank sent to others and received from them so far.
    Traffic traffic();

    /// Bytes on their way to another rank.
    interface Offer {

        /// Waits until they were taken: then their memory may be written again.
        void awaitTaken();
    }

    /// Memory of all ranks, to be read without their doing anything.
    interface Window {

        /// Fills `into` with a rank's bytes from `offset` on.
        void read(int rank, long offset, MemorySegment into);
    }
}
