package dev.gantry.engine.collective;

import java.util.EnumMap;
import java.util.Map;

/// Counts what crosses between one rank and the others.
public final class TrafficMeter {
    private final Map<Collective, Long> sent = new EnumMap<>(Collective.class);
    private final Map<Collective, Long> received = new EnumMap<>(Collective.class);

    public synchronized void sent(Collective collective, long bytes) {
        count(sent, collective, bytes);
    }

    public synchronized void received(Collective collective, long bytes) {
        count(received, collective, bytes);
    }

    public synchronized Traffic soFar() {
        return new Traffic(sent, received);
    }

    private static void count(Map<Collective, Long> counts, Collective collective, long bytes) {
        if (bytes > 0) {
            counts.merge(collective, bytes, Long::sum);
        }
    }
}
