package dev.gantry.engine.collective;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A rank among threads of one process: whoever needs bytes copies them from where they lie.
final class InProcessCommunicator implements Communicator {
    /// Elements summed at a time where ranks share memory; they stay in the cache while the ranks' parts are added.
    private static final int SUM_ELEMENTS = 8192;
    /// The same where each part is fetched first.
    private static final int FETCHED_ELEMENTS = 1 << 18;

    private final int rank;
    private final RankGroup group;
    private final Meeting meeting;
    private final Mailbox[][] mailboxes; // [from][to]
    private final TrafficMeter[] meters;
    private final Fabric fabric;
    private final Backend backend;
    private final Matrix sum;
    private final Matrix fetched; // a part of another rank, where kernels do not reach it

    private InProcessCommunicator(
            int rank,
            RankGroup group,
            Meeting meeting,
            Mailbox[][] mailboxes,
            TrafficMeter[] meters,
            Fabric fabric,
            Home home) {
        this.rank = rank;
        this.group = group;
        this.meeting = meeting;
        this.mailboxes = mailboxes;
        this.meters = meters;
        this.fabric = fabric;
        this.backend = home.backend();
        this.sum = home.arena().matrix(DType.F32, 1, fabric.isShared() ? SUM_ELEMENTS : FETCHED_ELEMENTS);
        this.fetched = home.arena().matrix(DType.F32, 1, fabric.isShared() ? 0 : FETCHED_ELEMENTS);
    }

    /// What a rank computes with.
    ///
    /// @param arena where its kernels compute
    record Home(Backend backend, TensorArena arena) {}

    /// One communicator for each home; `group` carries the news of failures.
    ///
    /// @param fabric copies between the memories of ranks
    static List<Communicator> of(RankGroup group, List<Home> homes, Fabric fabric) {
        int ranks = group.ranks();
        Meeting meeting = new Meeting(group);
        Mailbox[][] mailboxes = new Mailbox[ranks][ranks];
        TrafficMeter[] meters = new TrafficMeter[ranks];
        List<Communicator> communicators = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            meters[rank] = new TrafficMeter();
            for (int to = 0; to < ranks; to++) {
                mailboxes[rank][to] = new Mailbox(group, rank, to, fabric);
            }
            communicators.add(
                    new InProcessCommunicator(rank, group, meeting, mailboxes, meters, fabric, homes.get(rank)));
        }
        return communicators;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int ranks() {
        return group.ranks();
    }

    @Override
    public void allReduce(Matrix values) {
        requireF32(values);
        long elements = values.elements();
        long from = elements * rank / ranks();
        long count = elements * (rank + 1) / ranks() - from;
        MemorySegment share = part(values, from, count);
        sum(Collective.ALL_REDUCE, values, from, share);
        gather(Collective.ALL_REDUCE, share, values.contents());
    }

    @Override
    public void reduceScatter(Matrix values, Matrix share) {
        requireF32(values);
        requireF32(share);
        MemorySegment into = share.contents();
        meet(new Meeting.Call(Collective.REDUCE_SCATTER, 0, values.contents(), into.byteSize()), calls -> {
            requireWhole(calls, values.elements() * DType.F32.bytes());
            sum(Collective.REDUCE_SCATTER, calls, before(calls, rank) / DType.F32.bytes(), into);
        });
    }

    @Override
    public void allGather(MemorySegment share, MemorySegment all) {
        gather(Collective.ALL_GATHER, share, all);
    }

    @Override
    public void broadcast(int root, MemorySegment data) {
        meet(new Meeting.Call(Collective.BROADCAST, root, data, 0), calls -> {
            if (rank != root) {
                take(Collective.BROADCAST, root, calls.get(root).given(), data);
            }
        });
    }

    @Override
    public void barrier() {
        meet(new Meeting.Call(Collective.BARRIER, 0, MemorySegment.NULL, 0), calls -> {});
    }

    @Override
    public Offer offer(int to, MemorySegment data) {
        backend.synchronize();
        meters[rank].sent(Collective.HAND_OVER, data.byteSize());
        return mailboxes[rank][to].offer(data);
    }

    @Override
    public void receive(int from, MemorySegment into) {
        mailboxes[from][rank].receive(into);
        meters[rank].received(Collective.HAND_OVER, into.byteSize());
    }

    @Override
    public Window window(MemorySegment own) {
        List<MemorySegment> windows = new ArrayList<>();
        meet(
                new Meeting.Call(Collective.OPEN_WINDOW, 0, own, 0),
                calls -> calls.forEach(call -> windows.add(call.given())));
        return (from, offset, into) -> {
            group.requireSound(rank);
            take(Collective.WINDOW, from, windows.get(from).asSlice(offset, into.byteSize()), into);
        };
    }

    @Override
    public Traffic traffic() {
        return meters[rank].soFar();
    }

    /// What this rank's kernels were to write is there when the others look.
    private void meet(Meeting.Call call, Consumer<List<Meeting.Call>> work) {
        backend.synchronize();
        List<Meeting.Call> calls = meeting.enter(rank, call);
        work.accept(calls);
        meeting.leave(rank, call);
    }

    private void gather(Collective collective, MemorySegment share, MemorySegment all) {
        meet(new Meeting.Call(Collective.ALL_GATHER, 0, share, share.byteSize()), calls -> {
            requireWhole(calls, all.byteSize());
            for (int from = 0; from < ranks(); from++) {
                MemorySegment given = calls.get(from).given();
                MemorySegment into = all.asSlice(before(calls, from), given.byteSize());
                if (from != rank) {
                    take(collective, from, given, into);
                } else if (!into.equals(given)) {
                    fabric.copy(rank, given, into);
                }
            }
        });
    }

    private void sum(Collective collective, Matrix values, long from, MemorySegment share) {
        meet(
                new Meeting.Call(collective, 0, values.contents(), share.byteSize()),
                calls -> sum(collective, calls, from, share));
    }

    /// `share = ((x0 + x1) + x2) + ...` of the elements from `from` on; nobody else reads or writes them meanwhile.
    private void sum(Collective collective, List<Meeting.Call> calls, long from, MemorySegment share) {
        long count = share.byteSize() / DType.F32.bytes();
        for (long done = 0; done < count; done += sum.columns()) {
            int n = (int) Math.min(sum.columns(), count - done);
            Matrix total = sum.columns(0, n);
            for (int other = 0; other < ranks(); other++) {
                Matrix part = near(other, row(calls.get(other).given(), from + done, n));
                if (other == 0) {
                    backend.elements().copy(part, total);
                } else {
                    backend.elements().add(1, part, total);
                }
                if (other != rank) {
                    crossed(collective, other, n * (long) DType.F32.bytes());
                }
            }
            backend.elements().copy(total, row(share, done, n));
        }
        backend.synchronize();
    }

    /// A part of another rank's values where this rank's kernels reach it.
    private Matrix near(int other, Matrix part) {
        if (other == rank || fabric.isShared()) {
            return part;
        }
        Matrix copy = row(fetched.data(), 0, part.columns());
        fabric.copy(rank, part.data(), copy.data());
        return copy;
    }

    private void take(Collective collective, int from, MemorySegment given, MemorySegment into) {
        fabric.copy(rank, given, into);
        if (from != rank) {
            crossed(collective, from, into.byteSize());
        }
    }

    private void crossed(Collective collective, int from, long bytes) {
        meters[from].sent(collective, bytes);
        meters[rank].received(collective, bytes);
    }

    /// Bytes of the shares of the ranks in front of `rank`.
    private static long before(List<Meeting.Call> calls, int rank) {
        return calls.stream().limit(rank).mapToLong(Meeting.Call::shareBytes).sum();
    }

    private static void requireWhole(List<Meeting.Call> calls, long bytes) {
        long shares = before(calls, calls.size());
        if (shares != bytes) {
            throw new IllegalStateException("the ranks' shares are " + shares + " bytes, the whole is " + bytes);
        }
    }

    private static void requireF32(Matrix matrix) {
        if (matrix.dtype() != DType.F32 || !matrix.isContiguous()) {
            throw new IllegalArgumentException("sums over ranks are made of contiguous f32, not of " + matrix.dtype()
                    + " with row stride " + matrix.rowStride());
        }
    }

    private static Matrix row(MemorySegment values, long from, int count) {
        long bytes = DType.F32.bytes();
        return new Matrix(DType.F32, values.asSlice(from * bytes, count * bytes), 1, count, count);
    }

    private static MemorySegment part(Matrix values, long from, long count) {
        return values.data().asSlice(from * DType.F32.bytes(), count * DType.F32.bytes());
    }
}
