package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.frozen.StreamedWeights.Budgets;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.BufferedFile;
import dev.gantry.offload.io.FaultyFile;
import dev.gantry.offload.io.FileIdentity;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelaidCopyTest {
    private static final long SEED = 11;
    private static final int LAYERS = 4;
    private static final ComputeType COMPUTE = ComputeType.BF16;

    @TempDir
    private Path folder;

    private final CpuBackend backend = new CpuBackend(1);
    private final TensorArena arena = new TensorArena();
    private Path copies = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private StoredDecoder decoder;

    @BeforeEach
    void write() throws IOException {
        copies = folder.resolve("disk").resolve("relaid");
        DecoderSpec spec = TinyDecoders.withLayers(
                Objects.requireNonNull(TinyDecoders.all().get("llama-gqa")), LAYERS);
        decoder = StoredDecoder.random(backend, spec, DType.F32, SEED, folder, arena);
    }

    @AfterEach
    void close() {
        arena.close();
        backend.close();
    }

    private StreamedWeights streamed(StoredModel model) {
        return Streamed.cached(backend, model, COMPUTE, plan());
    }

    private FrozenPlan plan() {
        return FrozenPlan.spread(LAYERS, 1, 1, 2).with(new FrozenPlan.Reading(3, 8192, copies));
    }

    private List<Long> bits(StoredModel model) {
        try (StreamedWeights streamed = streamed(model)) {
            return LoraRun.ACCUMULATED.bits(backend, streamed.weights(), SEED, done -> {});
        }
    }

    private List<Long> expected() {
        try (ResidentWeights resident = new ResidentWeights(backend, decoder.inMemory(), COMPUTE)) {
            return LoraRun.ACCUMULATED.bits(backend, resident.weights(), SEED, done -> {});
        }
    }

    private Path onlyCopy() throws IOException {
        try (Stream<Path> inside = Files.list(copies)) {
            List<Path> files = inside.toList();
            assertThat(files).hasSize(1);
            return files.getFirst();
        }
    }

    @Test
    void copyIsMadeOnce_andMadeAnewForAnotherModel() throws IOException {
        assertThat(bits(decoder.inFiles())).isEqualTo(expected());
        FileIdentity made = FileIdentity.of(onlyCopy());
        assertThat(bits(decoder.inFiles())).isEqualTo(expected());
        assertThat(FileIdentity.of(onlyCopy())).isEqualTo(made);

        Files.setLastModifiedTime(decoder.files().getFirst(), FileTime.fromMillis(1_000_000));
        assertThat(bits(decoder.inFiles())).isEqualTo(expected());
        try (Stream<Path> inside = Files.list(copies)) {
            assertThat(inside).hasSize(2);
        }
    }

    @Test
    void narrowerComputeTypeHalvesWhatIsRead() throws IOException {
        ChunkLayout ready = ChunkLayout.ready(decoder.inFiles().spec(), COMPUTE);
        try (StreamedWeights streamed = streamed(decoder.inFiles())) {
            LoraRun.ONE_BATCH.bits(backend, streamed.weights(), SEED, done -> {});
            Transfers moved = streamed.transfers();
            assertThat(moved.blocksFromDisk()).isPositive();
            assertThat(moved.bytesFromDisk()).isEqualTo(moved.blocksFromDisk() * ready.bytes());
            assertThat(moved.bytesRead()).isEqualTo(moved.bytesFromDisk());
        }
        assertThat(Files.size(onlyCopy())).isEqualTo(4096 + LAYERS * ready.bytes());
    }

    @Test
    void modelThatLiesInMemoryAlone_canLiveOnDiskThroughACopy() {
        assertThat(bits(StoredModel.inMemory(decoder.inMemory()))).isEqualTo(expected());
        assertThatExceptionOfType(GantryException.class)
                .isThrownBy(() -> Streamed.of(
                        backend, StoredModel.inMemory(decoder.inMemory()), COMPUTE, FrozenPlan.spread(LAYERS, 1, 1, 2)))
                .withMessageContaining("layers.")
                .satisfies(e -> assertThat(e.code()).isEqualTo("OFFLOAD-NO-FILE"));
    }

    @Test
    void damagedBlock_isNoticedWhenItIsFirstRead() throws IOException {
        bits(decoder.inFiles());
        Path copy = onlyCopy();
        long size = Files.size(copy);
        int noticed = 0;
        for (long at = 4096 + 3; at < size; at += 1999) {
            flip(copy, at);
            try {
                // a gap between parameters matters to nobody, but is part of what was written
                bits(decoder.inFiles());
            } catch (GantryException e) {
                assertThat(e.code()).isEqualTo("RELAID-DAMAGED");
                assertThat(e.getMessage()).contains(copy.toString());
                noticed++;
            }
            flip(copy, at);
        }
        assertThat(noticed).isEqualTo((int) ((size - 4096 - 3 + 1998) / 1999));
        assertThat(bits(decoder.inFiles())).isEqualTo(expected());
    }

    @Test
    void copyThatIsNotWhole_isMadeAgain() throws IOException {
        bits(decoder.inFiles());
        Path copy = onlyCopy();
        for (long at : new long[] {0, 8, 12, 20, 48, 70, 48 + 20 * LAYERS}) {
            flip(copy, at);
            assertThat(bits(decoder.inFiles())).as("byte %d", at).isEqualTo(expected());
        }
        try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
            file.setLength(5_000);
        }
        assertThat(bits(decoder.inFiles())).isEqualTo(expected());
    }

    @Test
    void readErrorWhileCopying_leavesNothingBehind() throws IOException {
        for (int first = 0; first < 2; first++) {
            FaultyFile.Fault fault = FaultyFile.failingReads(first);
            assertThatExceptionOfType(GantryException.class)
                    .isThrownBy(() -> new StreamedWeights(
                            backend,
                            decoder.inFiles(),
                            COMPUTE,
                            plan(),
                            Budgets.unlimited(),
                            Progress.silent(),
                            file -> new FaultyFile(BufferedFile.open(file, BlockFile.Use.READ), fault)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("FILE-READ"));
            try (Stream<Path> inside = Files.list(copies)) {
                assertThat(inside).isEmpty();
            }
        }
    }

    @Test
    void copying_tellsItsProgress_andStopsWhenAsked() throws IOException {
        Watcher patient = new Watcher(Integer.MAX_VALUE);
        start(patient).close();
        assertThat(patient.labels).containsExactly("copying the weights", "reading the weights");
        assertThat(patient.done).isSorted().last().isEqualTo(patient.total);
        Files.delete(onlyCopy());

        Watcher impatient = new Watcher(2);
        assertThatExceptionOfType(GantryException.class)
                .isThrownBy(() -> start(impatient))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(GantryException.Kind.CANCELLED));
        try (Stream<Path> inside = Files.list(copies)) {
            assertThat(inside).isEmpty();
        }
    }

    private StreamedWeights start(Progress progress) {
        return new StreamedWeights(backend, decoder.inFiles(), COMPUTE, plan(), Budgets.unlimited(), progress);
    }

    /// Remembers the first task, and stops after so many updates.
    private static final class Watcher implements Progress, ProgressTask {
        private final int updates;
        private final List<String> labels = new ArrayList<>();
        private final List<Long> done = new ArrayList<>();
        private long total;

        Watcher(int updates) {
            this.updates = updates;
        }

        @Override
        public ProgressTask start(String label, long units, ProgressUnit unit) {
            labels.add(label);
            assertThat(unit).isEqualTo(ProgressUnit.BYTES);
            total = labels.size() == 1 ? units : total;
            return this;
        }

        @Override
        public boolean cancelled() {
            return done.size() >= updates;
        }

        @Override
        public void update(long units) {
            if (labels.size() == 1) {
                done.add(units);
            }
        }

        @Override
        public void note(String text) {}

        @Override
        public void close() {}
    }

    @Test
    void whatAKilledProcessLeft_isDeleted_andNothingElse() throws IOException {
        Files.createDirectories(copies);
        Path left = Files.createFile(copies.resolve(".tmp-" + (1L << 40) + "-0123456789abcdef.blocks"));
        Path inUse = Files.createFile(
                copies.resolve(".tmp-" + ProcessHandle.current().pid() + "-0123456789abcdef.blocks"));
        Path other = Files.createFile(copies.resolve("notes.txt"));
        bits(decoder.inFiles());
        assertThat(left).doesNotExist();
        assertThat(inUse).exists();
        assertThat(other).exists();
    }

    private static void flip(Path file, long at) throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 0x10);
        }
        Files.setLastModifiedTime(file, modified);
    }
}
