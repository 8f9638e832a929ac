package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.BufferedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredRunTest {
    @TempDir
    private Path folder;

    private BlockFile file(String name) throws IOException {
        return BufferedFile.open(Files.createFile(folder.resolve(name)), BlockFile.Use.READ);
    }

    /// Every element goes to its place once, from where it lies, in requests that are no longer than allowed.
    @Test
    void piecesCoverEveryElementOnce() throws IOException {
        long seed = 20_261_216;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (BlockFile one = file("one");
                BlockFile two = file("two")) {
            for (int round = 0; round < 200; round++) {
                List<StoredRun> runs = new ArrayList<>();
                Map<Long, Long> placeOfTarget = new HashMap<>();
                long to = 0;
                long[] at = {random.nextInt(5_000), random.nextInt(5_000)};
                for (int i = 0; i < 6; i++) {
                    int which = random.nextInt(2);
                    DType from = random.nextBoolean() ? DType.BF16 : DType.F32;
                    int elements = 1 + random.nextInt(9_000);
                    runs.add(new StoredRun(which == 0 ? one : two, at[which], elements, from, DType.F32, to));
                    for (int e = 0; e < elements; e += 1 + elements / 50) {
                        placeOfTarget.put(to + 4L * e, at[which] + (long) e * from.bytes());
                    }
                    to += 4L * elements;
                    at[which] += (long) elements * from.bytes() + random.nextInt(3) * 40_000L;
                }
                int pieceBytes = 4096 * (2 + random.nextInt(8));
                check(StoredRun.pieces(runs, pieceBytes), pieceBytes, to, placeOfTarget);
            }
        }
    }

    private static void check(List<ReadPiece> pieces, int pieceBytes, long targetBytes, Map<Long, Long> placeOfTarget) {
        long covered = 0;
        for (ReadPiece piece : pieces) {
            assertThat(piece.span().bytes()).isLessThanOrEqualTo(pieceBytes);
            for (ElementRun run : piece.runs()) {
                covered += 4L * run.elements();
                assertThat(run.fromOffset()).isGreaterThanOrEqualTo(piece.span().lead());
                assertThat(run.fromOffset() + run.fromBytes())
                        .isLessThanOrEqualTo(piece.span().neededBytes());
                for (int e = 0; e < run.elements(); e++) {
                    Long place = placeOfTarget.get(run.toOffset() + 4L * e);
                    if (place != null) {
                        assertThat(piece.span().offset()
                                        + run.fromOffset()
                                        + (long) e * run.from().bytes())
                                .isEqualTo(place);
                    }
                }
            }
        }
        assertThat(covered).isEqualTo(targetBytes);
    }

    @Test
    void whatLiesTogetherIsReadTogether() throws IOException {
        try (BlockFile file = file("one")) {
            List<ReadPiece> pieces = StoredRun.pieces(
                    List.of(
                            new StoredRun(file, 1_000_100, 10, DType.F32, DType.F32, 64),
                            new StoredRun(file, 100, 8, DType.BF16, DType.F32, 0),
                            new StoredRun(file, 300, 10, DType.F32, DType.F32, 192)),
                    8192);
            assertThat(pieces).hasSize(2);
            assertThat(pieces.getFirst().runs()).hasSize(2);
            assertThat(pieces.getFirst().span().offset()).isZero();
            assertThat(pieces.getFirst().payloadBytes()).isEqualTo(56);
            assertThat(pieces.getLast().span().offset()).isEqualTo(244 * 4096);
        }
    }

    @Test
    void onlyAlignedBytesOfTheTargetsTypeAreReadInPlace() throws IOException {
        try (BlockFile file = file("one")) {
            assertThat(only(new StoredRun(file, 8192, 1024, DType.F32, DType.F32, 4096))
                            .fitsAsItLies())
                    .isTrue();
            assertThat(only(new StoredRun(file, 8192, 1024, DType.F32, DType.BF16, 4096))
                            .fitsAsItLies())
                    .isFalse();
            assertThat(only(new StoredRun(file, 8196, 1024, DType.F32, DType.F32, 4096))
                            .fitsAsItLies())
                    .isFalse();
            assertThat(only(new StoredRun(file, 8192, 1024, DType.F32, DType.F32, 64))
                            .fitsAsItLies())
                    .isFalse();
            assertThat(only(new StoredRun(file, 8192, 1023, DType.F32, DType.F32, 4096))
                            .fitsAsItLies())
                    .isFalse();
        }
    }

    private static ReadPiece only(StoredRun run) {
        List<ReadPiece> pieces = StoredRun.pieces(List.of(run), 16384);
        assertThat(pieces).hasSize(1);
        return pieces.getFirst();
    }
}
