package dev.gantry.engine.tensor;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who holds how many bytes of one tier of memory, against a budget that nobody may exceed.
///
/// Arenas reserve here before they allocate, so that too small a budget is a clear error and not a crash, and so that
/// the peak that is reported is the peak there was.
public final class MemoryAccount {
    /// The budget of an account that only counts.
    public static final long UNLIMITED = Long.MAX_VALUE;

    private final String tier;
    private final long budgetBytes;
    private final Memory memory;
    private final SortedMap<String, Long> heldByOwner = new TreeMap<>();
    private long heldBytes;
    private long peakBytes;
    private long reservations;

    /// What an account says at one moment.
    ///
    /// @param budgetBytes {@link #UNLIMITED} when there is no limit
    /// @param owners bytes held by each, by name
    public record Snapshot(
            String tier, long budgetBytes, long heldBytes, long peakBytes, SortedMap<String, Long> owners) {}

    /// @param tier its name for people: `device`, `host`, `disk`
    /// @param memory what the bytes are taken from
    public MemoryAccount(String tier, long budgetBytes, Memory memory) {
        if (budgetBytes < 0) {
            throw new IllegalArgumentException("a budget of " + budgetBytes + " bytes");
        }
        this.tier = tier;
        this.budgetBytes = budgetBytes;
        this.memory = memory;
    }

    /// An account of the host's memory.
    ///
    /// @param tier its name for people: `device`, `host`, `disk`
    public MemoryAccount(String tier, long budgetBytes) {
        this(tier, budgetBytes, Memory.HOST);
    }

    /// An account of the host's memory without a limit.
    public static MemoryAccount unlimited(String tier) {
        return new MemoryAccount(tier, UNLIMITED);
    }

    /// An account without a limit.
    public static MemoryAccount unlimited(String tier, Memory memory) {
        return new MemoryAccount(tier, UNLIMITED, memory);
    }

    /// Takes bytes out of the budget.
    ///
    /// @throws OverBudgetException when fewer are free; nothing is taken then
    public synchronized void reserve(String owner, long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(owner + " reserves " + bytes + " bytes");
        }
        requireFree(owner, bytes);
        heldBytes += bytes;
        peakBytes = Math.max(peakBytes, heldBytes);
        reservations++;
        heldByOwner.merge(owner, bytes, Long::sum);
    }

    /// Takes nothing yet.
    ///
    /// @throws OverBudgetException when fewer bytes are free
    public synchronized void requireFree(String owner, long bytes) {
        if (bytes > budgetBytes - heldBytes) {
            throw new OverBudgetException(tier, owner, bytes, budgetBytes - heldBytes, budgetBytes);
        }
    }

    /// Gives bytes back that `owner` had reserved.
    public synchronized void release(String owner, long bytes) {
        long held = heldByOwner.getOrDefault(owner, 0L);
        if (bytes < 0 || bytes > held) {
            throw new IllegalStateException(owner + " gives back " + bytes + " bytes of the " + held + " it holds");
        }
        heldBytes -= bytes;
        if (held == bytes) {
            heldByOwner.remove(owner);
        } else {
            heldByOwner.put(owner, held - bytes);
        }
    }

    /// What the bytes are taken from.
    public Memory memory() {
        return memory;
    }

    public String tier() {
        return tier;
    }

    public long budgetBytes() {
        return budgetBytes;
    }

    public synchronized long freeBytes() {
        return budgetBytes - heldBytes;
    }

    public synchronized long heldBytes() {
        return heldBytes;
    }

    /// Bytes of one owner.
    public synchronized long heldBytes(String owner) {
        return heldByOwner.getOrDefault(owner, 0L);
    }

    /// The most that was ever held at once.
    public synchronized long peakBytes() {
        return peakBytes;
    }

    /// How often memory was taken: constant while a training step allocates nothing.
    public synchronized long reservations() {
        return reservations;
    }

    public synchronized Snapshot snapshot() {
        return new Snapshot(
                tier, budgetBytes, heldBytes, peakBytes, Collections.unmodifiableSortedMap(new TreeMap<>(heldByOwner)));
    }
}
