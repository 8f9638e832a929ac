package dev.gantry.engine.collective;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// What the links between the memories of ranks carry, measured one at a time.
///
/// @param bytesPerSecond what a rank gives to another, `[from][to]`; 0 for itself
public record Links(List<List<Double>> bytesPerSecond) {
    private static final long COPY_BYTES = 8L << 20;
    private static final int MOST_COPIES = 16;
    private static final long ENOUGH_NANOS = 30_000_000;

    public Links {
        bytesPerSecond = bytesPerSecond.stream().map(List::copyOf).toList();
    }

    /// All of one rate.
    public static Links uniform(int ranks, double bytesPerSecond) {
        List<List<Double>> rates = new ArrayList<>();
        for (int from = 0; from < ranks; from++) {
            List<Double> given = new ArrayList<>(Collections.nCopies(ranks, bytesPerSecond));
            given.set(from, 0.0);
            rates.add(given);
        }
        return new Links(rates);
    }

    /// Copies 8 MiB between each two of them for 30 ms, in both directions, before the ranks begin.
    public static Links measure(RankDevices devices) {
        return measure(devices, System::nanoTime);
    }

    /// @param nanos tells the time
    static Links measure(RankDevices devices, LongSupplier nanos) {
        List<TensorArena> arenas = new ArrayList<>();
        try {
            List<MemorySegment> places = new ArrayList<>();
            for (Backend backend : devices.backends()) {
                TensorArena arena = new TensorArena(backend.unlimited(), "links");
                arenas.add(arena);
                places.add(arena.allocateBytes(COPY_BYTES));
            }
            List<List<Double>> rates = new ArrayList<>();
            for (int from = 0; from < places.size(); from++) {
                List<Double> given = new ArrayList<>();
                for (int to = 0; to < places.size(); to++) {
                    given.add(from == to ? 0.0 : rate(devices.fabric(), places, from, to, nanos));
                }
                rates.add(given);
            }
            return new Links(rates);
        } finally {
            arenas.forEach(TensorArena::close);
        }
    }

    /// The first copy is not counted: links wake up with it.
    private static double rate(Fabric fabric, List<MemorySegment> places, int from, int to, LongSupplier nanos) {
        fabric.copy(to, places.get(from), places.get(to));
        long start = nanos.getAsLong();
        long taken = 0;
        int copies = 0;
        while (copies < MOST_COPIES && taken < ENOUGH_NANOS) {
            fabric.copy(to, places.get(from), places.get(to));
            copies++;
            taken = nanos.getAsLong() - start;
        }
        return copies * COPY_BYTES * 1e9 / Math.max(1, taken);
    }

    /// {@link #bytesPerSecond} as arrays.
    public double[][] rates() {
        return bytesPerSecond.stream()
                .map(given -> given.stream().mapToDouble(Double::doubleValue).toArray())
                .toArray(double[][]::new);
    }

    /// The slowest link of all; infinite with one rank.
    public double slowest() {
        return links().min().orElse(Double.POSITIVE_INFINITY);
    }

    /// The fastest link of all; infinite with one rank.
    public double fastest() {
        return links().max().orElse(Double.POSITIVE_INFINITY);
    }

    private DoubleStream links() {
        int ranks = bytesPerSecond.size();
        return IntStream.range(0, ranks * ranks)
                .filter(pair -> pair / ranks != pair % ranks)
                .mapToDouble(pair -> bytesPerSecond.get(pair / ranks).get(pair % ranks));
    }
}
