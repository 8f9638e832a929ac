package dev.gantry.engine.collective;

import java.util.EnumMap;
import java.util.Map;

/// Bytes that crossed between a rank and the others, by what they crossed for. A rank's own part of a gather or a sum
/// crosses nothing.
public record Traffic(Map<Collective, Long> sentBytes, Map<Collective, Long> receivedBytes) {
    /// Nothing crossed.
    public static final Traffic NONE = new Traffic(Map.of(), Map.of());

    public Traffic {
        sentBytes = Map.copyOf(sentBytes);
        receivedBytes = Map.copyOf(receivedBytes);
    }

    public long sent(Collective collective) {
        return sentBytes.getOrDefault(collective, 0L);
    }

    public long received(Collective collective) {
        return receivedBytes.getOrDefault(collective, 0L);
    }

    /// All bytes sent.
    public long sent() {
        return total(sentBytes);
    }

    /// All bytes received.
    public long received() {
        return total(receivedBytes);
    }

    /// What crossed since `earlier`.
    public Traffic since(Traffic earlier) {
        return new Traffic(merged(sentBytes, earlier.sentBytes, -1), merged(receivedBytes, earlier.receivedBytes, -1));
    }

    /// This and that together.
    public Traffic plus(Traffic other) {
        return new Traffic(merged(sentBytes, other.sentBytes, 1), merged(receivedBytes, other.receivedBytes, 1));
    }

    private static Map<Collective, Long> merged(Map<Collective, Long> mine, Map<Collective, Long> others, int sign) {
        Map<Collective, Long> sums = new EnumMap<>(Collective.class);
        sums.putAll(mine);
        others.forEach((collective, bytes) -> sums.merge(collective, sign * bytes, Long::sum));
        sums.values().removeIf(bytes -> bytes == 0);
        return sums;
    }

    private static long total(Map<Collective, Long> bytes) {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
