package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.collective.Collective;
import dev.gantry.engine.collective.Communicator;
import dev.gantry.engine.collective.Traffic;
import dev.gantry.engine.collective.TrafficMeter;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A rank on a card of its own. Ranks meet in this process first and say what they have come for; then NCCL moves the
/// bytes from card to card. NCCL's own sums depend on how cards are wired: here each rank receives the others' parts of
/// its share and adds them up in the order of the ranks, which moves as many bytes.
final class NcclCommunicator implements Communicator {
    private static final long FLOAT_BYTES = Float.BYTES;
    /// What, from whom, how much, and this rank's share of it.
    private static final int WORDS = 4;

    /// What NCCL moves bytes for, by number.
    private static final List<Collective> MOVED =
            List.of(Collective.ALL_REDUCE, Collective.REDUCE_SCATTER, Collective.ALL_GATHER, Collective.BROADCAST);

    private final Communicator local;
    private final NcclLink link;
    private final Runnable requireSound;
    private final TrafficMeter meter = new TrafficMeter();
    private final DeviceScratch parts;
    private long meetings;

    NcclCommunicator(Communicator local, NcclLink link, Runnable requireSound) {
        this.local = local;
        this.link = link;
        this.requireSound = requireSound;
        parts = link.backend().scratch();
    }

    @Override
    public int rank() {
        return local.rank();
    }

    @Override
    public int ranks() {
        return local.ranks();
    }

    @Override
    public void allReduce(Matrix values) {
        MemorySegment all = bytesOf(values);
        long[] cuts = new long[ranks() + 1];
        for (int r = 1; r <= ranks(); r++) {
            cuts[r] = values.elements() * r / ranks() * FLOAT_BYTES;
        }
        meet(Collective.ALL_REDUCE, 0, all.byteSize(), 0);
        MemorySegment share = slice(all, cuts, rank());
        sum(Collective.ALL_REDUCE, all, cuts, share);
        gather(Collective.ALL_REDUCE, share, all, cuts);
        link.await(Collective.ALL_REDUCE, requireSound);
    }

    @Override
    public void reduceScatter(Matrix values, Matrix share) {
        MemorySegment all = bytesOf(values);
        MemorySegment own = bytesOf(share);
        long[] cuts = cuts(meet(Collective.REDUCE_SCATTER, 0, all.byteSize(), own.byteSize()), all.byteSize());
        sum(Collective.REDUCE_SCATTER, all, cuts, own);
        link.await(Collective.REDUCE_SCATTER, requireSound);
    }

    @Override
    public void allGather(MemorySegment share, MemorySegment all) {
        if (!share.isNative() || !all.isNative()) {
            local.allGather(share, all);
            return;
        }
        long[] shares = meet(Collective.ALL_GATHER, 0, all.byteSize(), share.byteSize());
        gather(Collective.ALL_GATHER, share, all, cuts(shares, all.byteSize()));
        link.await(Collective.ALL_GATHER, requireSound);
    }

    @Override
    public void broadcast(int root, MemorySegment data) {
        if (!data.isNative()) {
            local.broadcast(root, data);
            return;
        }
        meet(Collective.BROADCAST, root, data.byteSize(), 0);
        link.broadcast(root, data);
        link.await(Collective.BROADCAST, requireSound);
        if (rank() == root) {
            meter.sent(Collective.BROADCAST, (ranks() - 1) * data.byteSize());
        } else {
            meter.received(Collective.BROADCAST, data.byteSize());
        }
    }

    /// Replaces `own` by the sum of all ranks' parts of this rank's share.
    private void sum(Collective collective, MemorySegment all, long[] cuts, MemorySegment own) {
        long bytes = own.byteSize();
        MemorySegment received = memory(parts.atLeast(Math.max(1, bytes * ranks())), bytes * ranks());
        link.together(() -> {
            for (int other = 0; other < ranks(); other++) {
                if (other != rank()) {
                    send(collective, other, slice(all, cuts, other));
                    receive(collective, other, received.asSlice(other * bytes, bytes));
                }
            }
        });
        if (bytes == 0) {
            return;
        }
        Matrix total = row(received, 0, bytes);
        ElementKernels elements = link.backend().elements();
        for (int other = 0; other < ranks(); other++) {
            Matrix part =
                    other == rank() ? row(slice(all, cuts, other), 0, bytes) : row(received, other * bytes, bytes);
            if (other == 0 && rank() == 0) {
                elements.copy(part, total);
            } else if (other > 0) {
                elements.add(1, part, total);
            }
        }
        elements.copy(total, row(own, 0, bytes));
    }

    private void gather(Collective collective, MemorySegment share, MemorySegment all, long[] cuts) {
        MemorySegment own = slice(all, cuts, rank());
        if (own.byteSize() > 0 && own.address() != share.address()) {
            link.backend().stream().copy(own.address(), share.address(), own.byteSize());
        }
        if (ofOneSize(cuts)) {
            link.allGather(own, all);
            meter.sent(collective, (ranks() - 1) * own.byteSize());
            meter.received(collective, all.byteSize() - own.byteSize());
            return;
        }
        link.together(() -> {
            for (int other = 0; other < ranks(); other++) {
                if (other != rank()) {
                    send(collective, other, own);
                    receive(collective, other, slice(all, cuts, other));
                }
            }
        });
    }

    private void send(Collective collective, int to, MemorySegment data) {
        if (data.byteSize() > 0) {
            link.send(to, data);
            meter.sent(collective, data.byteSize());
        }
    }

    private void receive(Collective collective, int from, MemorySegment into) {
        if (into.byteSize() > 0) {
            link.receive(from, into);
            meter.received(collective, into.byteSize());
        }
    }

    /// Waits for the others and gives the sizes of their shares; NCCL would hang where one of them does something else.
    private long[] meet(Collective collective, int root, long bytes, long shareBytes) {
        double[] mine = {MOVED.indexOf(collective), root, bytes, shareBytes};
        double[] all = new double[WORDS * ranks()];
        local.allGather(mine, all);
        meetings++;
        long[] shares = new long[ranks()];
        for (int r = 0; r < ranks(); r++) {
            double[] other = Arrays.copyOfRange(all, WORDS * r, WORDS * (r + 1));
            boolean sameSize = collective == Collective.ALL_GATHER || other[2] == bytes;
            if (other[0] != mine[0] || other[1] != root || !sameSize) {
                throw new IllegalStateException("ranks disagree: rank " + rank() + " is in " + collective + " of "
                        + bytes + " bytes, rank " + r + " in "
                        + MOVED.get((int) other[0]) + " of " + (long) other[2] + " bytes");
            }
            shares[r] = (long) other[3];
        }
        return shares;
    }

    private static long[] cuts(long[] shares, long bytes) {
        long[] cuts = new long[shares.length + 1];
        for (int r = 0; r < shares.length; r++) {
            cuts[r + 1] = cuts[r] + shares[r];
        }
        if (cuts[shares.length] != bytes) {
            throw new IllegalStateException(
                    "the ranks' shares are " + cuts[shares.length] + " bytes, the whole is " + bytes);
        }
        return cuts;
    }

    private static boolean ofOneSize(long[] cuts) {
        for (int r = 1; r < cuts.length - 1; r++) {
            if (cuts[r + 1] - cuts[r] != cuts[1]) {
                return false;
            }
        }
        return cuts[1] > 0;
    }

    private static MemorySegment slice(MemorySegment all, long[] cuts, int rank) {
        return all.asSlice(cuts[rank], cuts[rank + 1] - cuts[rank]);
    }

    private static MemorySegment bytesOf(Matrix matrix) {
        if (matrix.dtype() != DType.F32 || !matrix.isContiguous()) {
            throw new IllegalArgumentException("sums over ranks are made of contiguous f32, not of " + matrix.dtype()
                    + " with row stride " + matrix.rowStride());
        }
        return matrix.contents();
    }

    private static Matrix row(MemorySegment memory, long from, long bytes) {
        int count = Math.toIntExact(bytes / FLOAT_BYTES);
        return new Matrix(DType.F32, memory.asSlice(from, bytes), 1, count, count);
    }

    @SuppressWarnings("restricted") // gives an address of the driver its size
    private static MemorySegment memory(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public void barrier() {
        local.barrier();
    }

    @Override
    public Offer offer(int to, MemorySegment data) {
        return local.offer(to, data);
    }

    @Override
    public void receive(int from, MemorySegment into) {
        local.receive(from, into);
    }

    @Override
    public Window window(MemorySegment own) {
        return local.window(own);
    }

    /// Without what the meetings themselves take.
    @Override
    public Traffic traffic() {
        long bytes = meetings * (ranks() - 1) * WORDS * Double.BYTES;
        Map<Collective, Long> ofMeetings = bytes == 0 ? Map.of() : Map.of(Collective.ALL_GATHER, bytes);
        return local.traffic().since(new Traffic(ofMeetings, ofMeetings)).plus(meter.soFar());
    }
}
