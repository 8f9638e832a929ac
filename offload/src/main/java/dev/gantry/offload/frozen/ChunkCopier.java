package dev.gantry.offload.frozen;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.ComputeMark;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.offload.frozen.ChunkHome.OnDevice;
import dev.gantry.offload.frozen.ChunkHome.OnDisk;
import dev.gantry.offload.frozen.ChunkHome.OnHost;
import dev.gantry.offload.frozen.CopyJob.Patience;
import dev.gantry.offload.io.IoQueue;
import dev.gantry.offload.io.IoRequest;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Copies blocks from their homes, with several reads in flight across the borders of blocks: while the disk works on
/// later pieces, earlier ones are converted. For one thread.
final class ChunkCopier {
    private final ElementKernels kernels;
    private final IoQueue queue;
    private final InFlight[] window; // a ring, oldest at `first`
    private int first;
    private int count;

    /// @param staging one piece of memory for each read in flight
    ChunkCopier(ElementKernels kernels, IoQueue queue, List<MemorySegment> staging) {
        this.kernels = kernels;
        this.queue = queue;
        this.window = staging.stream().map(InFlight::new).toArray(InFlight[]::new);
    }

    /// Does jobs until there are no more. After a failure nothing is in flight and no job that was begun is done.
    ///
    /// @throws dev.gantry.engine.GantryException when a file cannot be read
    void run(CopyJob.Jobs jobs) {
        try {
            copyAll(jobs);
        } finally {
            while (count > 0) {
                takeOldest().abandon();
            }
        }
    }

    private void copyAll(CopyJob.Jobs jobs) {
        Reading reading = null;
        while (true) {
            while (count < window.length) {
                if (reading == null) {
                    CopyJob job = jobs.next(count == 0 ? Patience.WAIT : Patience.NO_WAIT);
                    if (job == null) {
                        break;
                    }
                    reading = begin(job, jobs);
                    continue;
                }
                window[(first + count) % window.length].submit(reading);
                count++;
                if (++reading.submitted == reading.home.pieces().size()) {
                    reading = null;
                }
            }
            if (count == 0) {
                return;
            }
            takeOldest().finish(jobs);
        }
    }

    /// Copies from memory at once; what is to be read is left to be submitted piece by piece.
    private @Nullable Reading begin(CopyJob job, CopyJob.Jobs jobs) {
        switch (job.home()) {
            case OnDevice device -> throw new IllegalStateException("chunk " + job.number() + " is there");
            case OnHost(MemorySegment chunk, List<ElementRun> runs) -> {
                ElementKernels copies = kernels(job);
                runs.forEach(run -> run.copy(chunk, job.target(), copies));
                jobs.done(job);
                return null;
            }
            case OnDisk disk -> {
                if (disk.pieces().isEmpty()) {
                    jobs.done(job);
                    return null;
                }
                return new Reading(job, disk);
            }
        }
    }

    /// Kernels that wait for those which may still read the target.
    private ElementKernels kernels(CopyJob job) {
        ComputeMark mark = job.after();
        return mark == null ? kernels : kernels.after(mark);
    }

    private InFlight takeOldest() {
        InFlight oldest = window[first];
        first = (first + 1) % window.length;
        count--;
        return oldest;
    }

    /// A job whose pieces are being submitted.
    private static final class Reading {
        private final CopyJob job;
        private final OnDisk home;
        private int submitted;

        Reading(CopyJob job, OnDisk home) {
            this.job = job;
            this.home = home;
        }
    }

    /// A place in the window: its own memory, and what is on its way there.
    private final class InFlight {
        private final MemorySegment staging;
        private @Nullable Arrival arrival;

        InFlight(MemorySegment staging) {
            this.staging = staging;
        }

        void submit(Reading reading) {
            ReadPiece piece = reading.home.pieces().get(reading.submitted);
            MemorySegment into = piece.destination(reading.job.target(), staging);
            IoRequest request = queue.read(
                    piece.file(), piece.span().offset(), into, piece.span().neededBytes());
            arrival = new Arrival(request, into, reading.job, reading.home, reading.submitted);
        }

        void finish(CopyJob.Jobs jobs) {
            Arrival arrived = Objects.requireNonNull(arrival);
            arrival = null;
            arrived.request.await();
            arrived.check();
            arrived.piece().deliver(staging, arrived.job.target(), kernels(arrived.job));
            if (arrived.isLast()) {
                jobs.done(arrived.job);
            }
        }

        /// Waits until the disk has done with the memory, whatever became of it.
        void abandon() {
            Arrival arrived = arrival;
            arrival = null;
            if (arrived != null) {
                arrived.request.cancel();
                try {
                    arrived.request.await();
                } catch (GantryException | CancellationException e) {
                    // the failure that led here is the one to tell
                }
            }
        }
    }

    /// A piece that was asked for; those of a job arrive in order.
    private record Arrival(IoRequest request, MemorySegment bytes, CopyJob job, OnDisk home, int index) {
        ReadPiece piece() {
            return home.pieces().get(index);
        }

        boolean isLast() {
            return index == home.pieces().size() - 1;
        }

        void check() {
            ChunkChecksum checksum = home.checksum();
            if (checksum == null) {
                return;
            }
            if (index == 0) {
                checksum.begin();
            }
            checksum.add(bytes);
            if (isLast()) {
                checksum.finish();
            }
        }
    }
}
