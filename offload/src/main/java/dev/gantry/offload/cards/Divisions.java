package dev.gantry.offload.cards;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/// The fastest division of a job's layers among cards by what their links carry: shards where cards reach each other
/// fast, else layers dealt by speed and room.
///
/// @param bytesPerSecond what a card sends to another, `[from][to]`, measured
@SuppressWarnings("ArrayRecordComponent") // read where it was measured
public record Divisions(List<Card> cards, double[][] bytesPerSecond) {
    /// Whole layers that a card with shards holds besides: the one in work and the one that comes.
    private static final int GATHERED_LAYERS = 2;

    public Divisions {
        cards = List.copyOf(cards);
    }

    /// The faster of {@link #dealt} and {@link #sharded}; shards when they are as fast.
    ///
    /// @return empty when the layers do not fit either way
    public Optional<Division> fastest(LayeredJob job) {
        Optional<Division> sharded = sharded(job);
        Optional<Division> dealt = dealt(job).map(Function.identity());
        if (sharded.isEmpty() || dealt.isEmpty()) {
            return sharded.or(() -> dealt);
        }
        return sharded.get().secondsPerStep() <= dealt.get().secondsPerStep() ? sharded : dealt;
    }

    /// Each layer is gathered twice a step, beside what is computed; the slowest link and the slowest card decide.
    public Optional<Division> sharded(LayeredJob job) {
        int count = cards.size();
        long share = Math.ceilDiv(job.layers() * job.layerBytes(), count);
        long gathered = count == 1 ? 0 : GATHERED_LAYERS * job.layerBytes();
        if (cards.stream().anyMatch(card -> card.roomBytes() < share + gathered)) {
            return Optional.empty();
        }
        double slowestCard =
                cards.stream().mapToDouble(Card::flopsPerSecond).min().orElseThrow();
        double compute = Math.ceilDiv(job.microBatches(), count) * job.layers() * job.layerFlops() / slowestCard;
        double gather = count == 1 ? 0 : 2.0 * job.layers() * job.layerBytes() * (count - 1) / count / slowestLink();
        return Optional.of(new Division.Sharded(Math.max(compute, gather)));
    }

    /// Neighbouring layers such that the slowest card is as fast as can be; a step of M micro-batches takes M times
    /// that card's time and one time more for each card behind the first (Huang et al. 2019, GPipe).
    public Optional<Division.Dealt> dealt(LayeredJob job) {
        double[] stages = IntStream.range(0, cards.size())
                .boxed()
                .flatMapToDouble(card ->
                        IntStream.rangeClosed(1, job.layers()).mapToDouble(layers -> seconds(card, layers, job)))
                .sorted()
                .distinct()
                .toArray();
        int low = 0;
        int high = stages.length; // the first stage in which all layers find a place
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (layersWithin(stages[middle], job).stream()
                            .mapToInt(Integer::intValue)
                            .sum()
                    >= job.layers()) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == stages.length ? Optional.empty() : Optional.of(dealt(stages[low], job));
    }

    private Division.Dealt dealt(double stage, LayeredJob job) {
        List<Integer> layers = new ArrayList<>();
        int left = job.layers();
        for (int most : layersWithin(stage, job)) {
            int taken = Math.min(left, most);
            layers.add(taken);
            left -= taken;
        }
        return timed(layers, job);
    }

    /// Layers that are dealt so, if each card holds its own.
    public Optional<Division.Dealt> dealt(List<Integer> layers, LayeredJob job) {
        boolean fits = IntStream.range(0, layers.size())
                .allMatch(card ->
                        layers.get(card) * job.layerBytes() <= cards.get(card).roomBytes());
        return fits ? Optional.of(timed(layers, job)) : Optional.empty();
    }

    private Division.Dealt timed(List<Integer> layers, LayeredJob job) {
        int last = IntStream.range(0, layers.size())
                .filter(card -> layers.get(card) > 0)
                .max()
                .orElse(0);
        double slowest = 0;
        for (int card = 0; card <= last; card++) {
            double handOver = card == last ? 0 : 2.0 * job.boundaryBytes() / bytesPerSecond[card][card + 1];
            slowest = Math.max(slowest, seconds(card, layers.get(card), job) + handOver);
        }
        return new Division.Dealt(layers, (job.microBatches() + last) * slowest);
    }

    /// Most layers of each card that it holds and computes in so many seconds.
    private List<Integer> layersWithin(double seconds, LayeredJob job) {
        List<Integer> most = new ArrayList<>();
        for (int card = 0; card < cards.size(); card++) {
            long room = Math.min(job.layers(), cards.get(card).roomBytes() / job.layerBytes());
            double left = seconds - seconds(card, 0, job);
            double inTime = Math.floor(left / secondsOfLayer(card, job) * (1 + 1e-9)); // its own time counts
            most.add((int) Math.clamp((long) inTime, 0, room));
        }
        return most;
    }

    private double seconds(int card, int layers, LayeredJob job) {
        Card each = cards.get(card);
        return layers * secondsOfLayer(card, job) + each.otherFlops() / each.flopsPerSecond();
    }

    private double secondsOfLayer(int card, LayeredJob job) {
        return job.layerFlops() / cards.get(card).flopsPerSecond();
    }

    private double slowestLink() {
        return IntStream.range(0, cards.size())
                .boxed()
                .flatMapToDouble(from -> IntStream.range(0, cards.size())
                        .filter(to -> to != from)
                        .mapToDouble(to -> bytesPerSecond[from][to]))
                .min()
                .orElseThrow();
    }
}
