package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gantry.offload.frozen.FrozenChunk.State;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FrozenChunkTest {
    private static FrozenChunk in(State state) {
        FrozenChunk chunk = new FrozenChunk(5);
        if (state != State.ABSENT) {
            chunk.load(2);
        }
        if (state == State.READY) {
            chunk.loaded();
        }
        return chunk;
    }

    @Test
    void onlyTheListedMovesAreLegal() {
        Map<String, Consumer<FrozenChunk>> moves = new LinkedHashMap<>();
        moves.put("load", chunk -> chunk.load(1));
        moves.put("loaded", FrozenChunk::loaded);
        moves.put("failed", FrozenChunk::failed);
        moves.put("pin", FrozenChunk::pin);
        moves.put("unpin", FrozenChunk::unpin);
        moves.put("drop", FrozenChunk::drop);
        Map<State, Set<String>> legal = new EnumMap<>(State.class);
        legal.put(State.ABSENT, Set.of("load"));
        legal.put(State.LOADING, Set.of("loaded", "failed"));
        legal.put(State.READY, Set.of("pin", "drop"));
        legal.forEach((state, names) -> moves.forEach((name, move) -> {
            if (names.contains(name)) {
                move.accept(in(state));
            } else {
                assertThatIllegalStateException()
                        .as("%s of a chunk that is %s", name, state)
                        .isThrownBy(() -> move.accept(in(state)))
                        .withMessageContaining("block 5");
            }
        }));
    }

    @Test
    void severalReadersPinOneChunk_andItStaysUntilTheLast() {
        FrozenChunk chunk = in(State.READY);
        chunk.pin();
        chunk.pin();
        chunk.unpin();
        assertThat(chunk.pins()).isEqualTo(1);
        assertThatIllegalStateException().isThrownBy(chunk::drop).withMessageContaining("with 1 pins");
        chunk.unpin();
        chunk.drop();
        assertThat(chunk.state()).isEqualTo(State.ABSENT);
        assertThatIllegalStateException().isThrownBy(chunk::slot);
    }
}
