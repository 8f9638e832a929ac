package dev.gantry.offload.frozen;

import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One block to be copied from its home.
///
/// @param number what the giver of the job knows it by
/// @param target where it goes
record CopyJob(int number, ChunkHome home, MemorySegment target) {

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

    /// Jobs that may all be done at once.
    static final class AllOf implements Jobs {
        private final Iterator<CopyJob> jobs;

        AllOf(List<CopyJob> jobs) {
            this.jobs = jobs.iterator();
        }

        @Override
        public @Nullable CopyJob next(Patience patience) {
            return jobs.hasNext() ? jobs.next() : null;
        }

        @Override
        public void done(CopyJob job) {
            // nobody waits for a single one
        }
    }

    /// Whether a job is worth waiting for.
    enum Patience {
        WAIT,
        NO_WAIT
    }
}
