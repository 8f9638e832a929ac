package dev.gantry.offload.frozen;

import dev.gantry.engine.pass.HeadOrder;
import dev.gantry.offload.Tier;
import dev.gantry.offload.io.IoQueue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the frozen blocks of a model live and how the others come to the device.
///
/// @param homes tier of each block
/// @param slots blocks on the device that the others pass through; 0 when all live there
/// @param lead visits that a copy should be ahead, see {@link RingSchedule#of}; below `slots`
/// @param mostRowsInPlace up to so many rows, blocks in host memory are computed where they lie instead of copied
/// @param head where the head lives
/// @param reading how files are read
/// @param waiting how blocks lie in host memory, those of the head too
public record FrozenPlan(
        List<Tier> homes, int slots, int lead, int mostRowsInPlace, Head head, Reading reading, Waiting waiting) {
    /// What a single user's decoding needs, and what kernels for a few rows take.
    public static final int FEW_ROWS = 8;

    public FrozenPlan {
        homes = List.copyOf(homes);
        boolean streams = homes.stream().anyMatch(home -> home != Tier.DEVICE);
        if (streams ? slots < 1 || lead >= slots || lead < 0 : slots != 0) {
            throw new IllegalArgumentException(slots + " slots and a lead of " + lead + " for blocks in " + homes);
        }
    }

    /// How a block lies in host memory.
    public enum Waiting {
        /// Matrices in the narrower of the stored and the compute type: as little memory, and as little to copy, as can
        /// be.
        NARROW,
        /// As kernels read it, so that it can be computed where it lies whatever type it is stored in.
        READY
    }

    /// Where the head lives: as a whole on the device, or in blocks that pass through slots of their own.
    ///
    /// @param slots 0 on the device; 0 too for a head that is always computed where it lies in host memory
    public record Head(Tier home, int slots) {
        public static final Head ON_DEVICE = new Head(Tier.DEVICE, 0);

        public Head {
            if (home == Tier.DEVICE ? slots != 0 : slots < (home == Tier.HOST ? 0 : 1)) {
                throw new IllegalArgumentException(slots + " slots for a head that lives on " + home);
            }
        }

        /// How a training step works through it: each block that passes comes twice, however many tokens there are.
        public HeadOrder order() {
            return home == Tier.DEVICE ? HeadOrder.SLICES_OUTSIDE : HeadOrder.BLOCKS_OUTSIDE;
        }
    }

    /// How files are read.
    ///
    /// @param buffers pieces of files that are on their way together
    /// @param pieceBytes memory for each of them
    /// @param relaid folder for a copy of the blocks that is read instead of the model's own files; null for none
    public record Reading(
            int buffers, int pieceBytes, @Nullable Path relaid) {
        /// As many pieces as the disk works on at once, and two that are being converted or wait for it.
        public static final Reading STANDARD = new Reading(IoQueue.IN_FLIGHT + 2, IoQueue.BLOCK_BYTES, null);

        /// Of blocks on disk a copy in `folder`, which is made when it is not there.
        public Reading relaidIn(Path folder) {
            return new Reading(buffers, pieceBytes, folder);
        }
    }

    /// A fixed set of blocks on each tier, evenly spread over the depth, so that the time of those that are there hides
    /// the copying of those that are not.
    ///
    /// @param onDevice blocks that always stay on the device
    /// @param onHost blocks that live in host memory; all others live on disk
    public static FrozenPlan spread(int layers, int onDevice, int onHost, int slots) {
        List<Tier> homes = new ArrayList<>(Collections.nCopies(layers, Tier.DISK));
        int others = 0;
        for (int layer = 0; layer < layers; layer++) {
            if (chosen(layer, onDevice, layers)) {
                homes.set(layer, Tier.DEVICE);
            } else if (chosen(others++, onHost, layers - onDevice)) {
                homes.set(layer, Tier.HOST);
            }
        }
        int ring = onDevice == layers ? 0 : Math.min(slots, layers - onDevice);
        int lead = Math.clamp(ring - 1, 0, 1);
        return new FrozenPlan(homes, ring, lead, FEW_ROWS, Head.ON_DEVICE, Reading.STANDARD, Waiting.NARROW);
    }

    /// Whether item `index` is among `count` that are spread over `all`.
    private static boolean chosen(int index, int count, int all) {
        return (index + 1L) * count / all > (long) index * count / all;
    }

    /// The same plan with another way of reading.
    public FrozenPlan with(Reading otherReading) {
        return new FrozenPlan(homes, slots, lead, mostRowsInPlace, head, otherReading, waiting);
    }

    /// The same plan with the head elsewhere.
    public FrozenPlan with(Head otherHead) {
        return new FrozenPlan(homes, slots, lead, mostRowsInPlace, otherHead, reading, waiting);
    }

    /// The same plan with blocks lying otherwise in host memory.
    public FrozenPlan with(Waiting otherWaiting) {
        return new FrozenPlan(homes, slots, lead, mostRowsInPlace, head, reading, otherWaiting);
    }

    boolean streamsFromDisk() {
        return homes.contains(Tier.DISK) || head.home() == Tier.DISK;
    }

    public int count(Tier tier) {
        return Collections.frequency(homes, tier);
    }
}
