package dev.gantry.engine.progress;

import java.time.Duration;
import java.util.Optional;

/// The speed of running work and the time it has left, from a decaying average so that a slow start is forgotten.
public final class RateEstimate {
    /// Half of the weight lies on the last few seconds: steady on noise, quick after a change of pace.
    private static final double HALF_LIFE_NANOS = 4e9;

    private final long startNanos;
    private long lastNanos;
    private long lastDone;
    private double unitsPerNano;

    public RateEstimate(long startNanos) {
        this.startNanos = startNanos;
        this.lastNanos = startNanos;
    }

    /// Takes in that `done` units were finished at `nowNanos` on the clock of the constructor.
    public void observe(long done, long nowNanos) {
        long elapsedNanos = nowNanos - lastNanos;
        if (elapsedNanos <= 0 || done <= lastDone) {
            return;
        }
        double rate = (done - lastDone) / (double) elapsedNanos;
        double keep = unitsPerNano == 0 ? 0 : Math.pow(0.5, elapsedNanos / HALF_LIFE_NANOS);
        unitsPerNano = keep * unitsPerNano + (1 - keep) * rate;
        lastNanos = nowNanos;
        lastDone = done;
    }

    /// Does not count the time until `nowNanos` in which, on purpose, nothing was done.
    public void leaveOutUntil(long nowNanos) {
        lastNanos = Math.max(lastNanos, nowNanos);
    }

    public double unitsPerSecond() {
        return unitsPerNano * 1e9;
    }

    /// The time until `total` units are done, seen from `nowNanos`; empty before the first unit or without a total.
    public Optional<Duration> remaining(long total, long nowNanos) {
        if (unitsPerNano == 0 || total < lastDone) {
            return Optional.empty();
        }
        double nanos = (total - lastDone) / unitsPerNano - (nowNanos - lastNanos);
        return Optional.of(Duration.ofNanos((long) Math.max(0, nanos)));
    }

    public Duration elapsed(long nowNanos) {
        return Duration.ofNanos(nowNanos - startNanos);
    }
}
