package dev.gantry.offload.trainable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// A record moves only as a step moves it.
class TrainableChunksTest {

    /// The shortest way to each state.
    private static Map<ChunkState, List<ChunkState>> ways() {
        Map<ChunkState, List<ChunkState>> ways = new EnumMap<>(ChunkState.class);
        Deque<ChunkState> open = new ArrayDeque<>(List.of(ChunkState.RESTING));
        ways.put(ChunkState.RESTING, List.of());
        while (!open.isEmpty()) {
            ChunkState at = open.remove();
            for (ChunkState next : at.next()) {
                if (!ways.containsKey(next)) {
                    List<ChunkState> way = new ArrayList<>(Objects.requireNonNull(ways.get(at)));
                    way.add(next);
                    ways.put(next, way);
                    open.add(next);
                }
            }
        }
        return ways;
    }

    @Test
    void illegalMovesThrowAndChangeNothing() {
        assertEquals(ChunkState.values().length, ways().size());
        ways().forEach((from, way) -> {
            for (ChunkState to : ChunkState.values()) {
                TrainableChunks chunks = new TrainableChunks(2);
                way.forEach(state -> chunks.move(1, state));
                if (from.next().contains(to)) {
                    chunks.move(1, to);
                    assertEquals(to, chunks.state(1));
                } else {
                    assertThrows(IllegalStateException.class, () -> chunks.move(1, to), from + " to " + to);
                    assertEquals(from, chunks.state(1));
                }
                assertEquals(ChunkState.RESTING, chunks.state(0));
            }
        });
    }

    @Test
    void whoWaitsForAGradientHearsOfAFailure() {
        TrainableChunks chunks = new TrainableChunks(1);
        chunks.awaitGradientGone(0);
        chunks.move(0, ChunkState.COLLECTING);
        RuntimeException cause = new IllegalStateException("the disk is full");
        Thread.ofPlatform().start(() -> chunks.fail(cause));
        assertEquals(cause, assertThrows(RuntimeException.class, () -> chunks.awaitGradientGone(0)));
    }
}
