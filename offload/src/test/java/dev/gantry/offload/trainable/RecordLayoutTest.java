package dev.gantry.offload.trainable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.offload.trainable.RecordLayout.Piece;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecordLayoutTest {

    @Test
    void everyElementOfEveryTensorHasOnePlace() {
        TinyDecoders.all().values().forEach(spec -> {
            RecordLayout layout = FullRun.of(spec, ComputeType.F32, 0).layout();
            Map<Integer, Long> next = new HashMap<>();
            long elements = 0;
            for (int record = 0; record < layout.records(); record++) {
                long end = 0;
                for (Piece piece : layout.pieces(record)) {
                    assertTrue(piece.at() >= end, "pieces overlap");
                    end = piece.at() + piece.count();
                    long expected = next.getOrDefault(piece.tensor().index(), 0L);
                    assertEquals(expected, piece.from(), piece.tensor().name());
                    next.put(piece.tensor().index(), expected + piece.count());
                    assertTrue(record >= layout.blocks() || piece.isWhole(), "a tensor of a block is cut");
                    elements += piece.count();
                }
                assertTrue(end <= layout.elements());
            }
            assertEquals(DecoderParameters.count(spec), elements);
        });
    }

    @Test
    void tensorsOutsideTheBlocksAreAdjacentAcrossRecords() {
        TinyDecoders.all().values().forEach(small -> {
            RecordLayout layout = FullRun.of(FullRun.withVocabulary(small, 301), ComputeType.F32, 0)
                    .layout();
            assertTrue(layout.records() > layout.blocks() + 1, "nothing is cut");
            for (int record = layout.blocks(); record < layout.records(); record++) {
                for (Piece piece : layout.pieces(record)) {
                    long place = (record - layout.blocks()) * layout.elements() + piece.at();
                    assertEquals(layout.placeOutside(piece.tensor()) + piece.from(), place);
                }
            }
        });
    }

    @Test
    void updatesFollowTheBackward() {
        RecordLayout layout = FullRun.of(TinyDecoders.all().values().iterator().next(), ComputeType.F32, 0)
                .layout();
        int[] order = layout.order();
        assertEquals(layout.blocks() - 1, order[0]);
        assertEquals(layout.blocks(), order[layout.blocks()]);
        assertEquals(layout.records(), IntStream.of(order).distinct().count());
    }
}
