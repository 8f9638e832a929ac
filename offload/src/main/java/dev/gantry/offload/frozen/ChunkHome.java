package dev.gantry.offload.frozen;

import dev.gantry.engine.tensor.Memory;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the bytes of a frozen chunk stay while nobody computes with them.
sealed interface ChunkHome {

    /// Memory from which kernels can read it without a copy, when there is such.
    ///
    /// @param device the memory they compute with
    default Optional<MemorySegment> inPlace(Memory device) {
        return switch (this) {
            case OnDevice(MemorySegment chunk) -> Optional.of(chunk);
            case OnHost host ->
                host.isReady() && device.reaches(host.chunk()) ? Optional.of(host.chunk()) : Optional.empty();
            case OnDisk disk -> Optional.empty();
        };
    }

    /// Always ready on the device.
    record OnDevice(MemorySegment chunk) implements ChunkHome {}

    /// In host memory, as it is copied to a slot.
    ///
    /// @param runs from `chunk` to a slot
    record OnHost(MemorySegment chunk, List<ElementRun> runs) implements ChunkHome {
        public OnHost {
            runs = List.copyOf(runs);
        }

        /// Whether kernels can read it as it lies, in the layout of a slot.
        private boolean isReady() {
            return runs.stream().allMatch(run -> run.from() == run.to() && run.fromOffset() == run.toOffset());
        }

        long bytes() {
            return runs.stream().mapToLong(ElementRun::fromBytes).sum();
        }
    }

    /// In files.
    ///
    /// @param pieces from the files to a slot
    /// @param checksum of all bytes of the pieces, in order; null when the files have none
    record OnDisk(List<ReadPiece> pieces, @Nullable ChunkChecksum checksum) implements ChunkHome {
        public OnDisk {
            pieces = List.copyOf(pieces);
        }

        long payloadBytes() {
            return pieces.stream().mapToLong(ReadPiece::payloadBytes).sum();
        }

        /// What the disk delivers: with what direct I/O must read along.
        long readBytes() {
            return pieces.stream().mapToLong(piece -> piece.span().bytes()).sum();
        }
    }
}
