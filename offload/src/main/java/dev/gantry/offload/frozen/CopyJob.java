package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.ComputeMark;
import dev.gantry.engine.progress.Progress;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// One block to be copied from its home.
///
/// @param number what the giver of the job knows it by
/// @param target where it goes
/// @param after behind the kernels that may still read what the target holds; null where any of them may
record CopyJob(
        int number,
        ChunkHome home,
        MemorySegment target,
        @Nullable ComputeMark after) {
    CopyJob(int number, ChunkHome home, MemorySegment target) {
        this(number, home, target, null);
    }

    /// Gives out jobs and hears of their end; called by the copying thread alone.
    interface Jobs {
        /// The next job whose target may be written.
        ///
        /// @param patience whether to wait for one
        /// @return null when there is none yet, or with patience when there will be none
        @Nullable
        CopyJob next(Patience patience);

        /// All bytes of the job are in place.
        void done(CopyJob job);
    }

    /// Jobs that may all be done at once, somebody watching.
    static final class AllOf implements Jobs {
        private final Iterator<CopyJob> jobs;
        private final Progress progress;
        private final LongConsumer doneBytes;
        private long bytes;

        /// @param progress asked whether to go on before each job
        /// @param doneBytes told how many bytes are in place
        AllOf(List<CopyJob> jobs, Progress progress, LongConsumer doneBytes) {
            this.jobs = jobs.iterator();
            this.progress = progress;
            this.doneBytes = doneBytes;
        }

        @Override
        public @Nullable CopyJob next(Patience patience) {
            progress.throwIfCancelled();
            return jobs.hasNext() ? jobs.next() : null;
        }

        @Override
        public void done(CopyJob job) {
            bytes += job.target().byteSize();
            doneBytes.accept(bytes);
        }
    }

    /// Whether a job is worth waiting for.
    enum Patience {
        WAIT,
        NO_WAIT
    }
}
