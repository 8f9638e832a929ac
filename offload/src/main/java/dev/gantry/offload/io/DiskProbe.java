package dev.gantry.offload.io;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.io.DiskRate.Way;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/// Measures what a disk can do, in several ways one after the other and all of them in turns, since rates wander.
public final class DiskProbe {
    private static final int MIB = 1 << 20;
    private static final List<Way> WAYS = List.of(
            new Way(MIB, 8, 0),
            new Way(4 * MIB, 1, 0),
            new Way(4 * MIB, 4, 0),
            new Way(16 * MIB, 1, 0),
            new Way(16 * MIB, 4, 0));
    private static final Way QUEUE = new Way(IoQueue.BLOCK_BYTES, IoQueue.IN_FLIGHT, 0);
    private static final long BUFFER_BYTES = 64L * MIB;

    private final Duration each;
    private final int rounds;

    /// About a second for each direction.
    public DiskProbe() {
        this(Duration.ofMillis(45), 2);
    }

    /// @param each how long every way is tried in every round
    public DiskProbe(Duration each, int rounds) {
        this.each = each;
        this.rounds = rounds;
    }

    /// The rates of one disk.
    public record Rates(DiskRate read, DiskRate write) {}

    /// Measures the disk of `folder` with `bytes` bytes of a scratch file, which is gone afterwards.
    ///
    /// @throws GantryException `DISK-FULL` when there is not that much room
    public Rates measure(Path folder, long bytes) throws IOException {
        try (BlockFile file = ScratchFile.create(folder, bytes);
                TensorArena arena = new TensorArena()) {
            MemorySegment memory = memory(arena);
            // what was never written is not read from the disk either
            for (long at = 0; at + BUFFER_BYTES <= file.size(); at += BUFFER_BYTES) {
                file.write(at, memory);
            }
            file.force();
            return new Rates(rate(file, memory, false), rate(file, memory, true));
        }
    }

    /// Measures reading an existing file, such as a model.
    public DiskRate measureReading(Path existing) throws IOException {
        try (BlockFile file = BlockFile.open(existing, BlockFile.Use.READ);
                TensorArena arena = new TensorArena()) {
            return rate(file, memory(arena), false);
        }
    }

    private static MemorySegment memory(TensorArena arena) {
        MemorySegment memory = new StagingBuffers(arena, 1, BUFFER_BYTES).acquire();
        // noise, because some disks compress
        byte[] noise = new byte[MIB];
        new Random(1).nextBytes(noise);
        for (long at = 0; at < BUFFER_BYTES; at += MIB) {
            memory.asSlice(at, MIB).copyFrom(MemorySegment.ofArray(noise));
        }
        return memory;
    }

    private DiskRate rate(BlockFile file, MemorySegment memory, boolean writing) {
        if (file.size() < BUFFER_BYTES) {
            throw new IllegalArgumentException(
                    file.path() + " has only " + file.size() + " bytes, too few to measure with");
        }
        List<Way> plain = new ArrayList<>();
        List<Way> queued = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (Way way : WAYS) {
                plain.add(new RateTrial(file, memory, writing, way, each).plain());
                // as often as all others together, because the best of more tries is higher
                queued.add(new RateTrial(file, memory, writing, QUEUE, each).queued());
            }
        }
        return new DiskRate(fastest(plain), fastest(queued), file.access());
    }

    private static Way fastest(List<Way> ways) {
        return ways.stream()
                .max(Comparator.comparingDouble(Way::bytesPerSecond))
                .orElseThrow();
    }
}
