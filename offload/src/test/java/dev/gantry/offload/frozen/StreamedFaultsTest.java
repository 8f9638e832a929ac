package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.pass.LayerSource.Sweep;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.StreamedWeights.Budgets;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.BufferedFile;
import dev.gantry.offload.io.FaultyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Disks that misbehave, files that change, budgets that are too small: a clear message, and never a wrong number.
class StreamedFaultsTest {
    private static final long SEED = 7;
    private static final int LAYERS = 5;
    private static final FrozenPlan PLAN =
            FrozenPlan.spread(LAYERS, 1, 1, 2).with(new FrozenPlan.Reading(3, 8192, null));

    @TempDir
    private Path folder;

    private final CpuBackend backend = new CpuBackend(1);
    private final TensorArena arena = new TensorArena();
    private final Budgets budgets = Budgets.unlimited();

    @SuppressWarnings("NullAway.Init")
    private StoredDecoder decoder;

    @BeforeEach
    void write() throws IOException {
        DecoderSpec spec = TinyDecoders.withLayers(
                Objects.requireNonNull(TinyDecoders.all().get("gpt2")), LAYERS);
        decoder = StoredDecoder.random(backend, spec, DType.BF16, SEED, folder, arena);
    }

    @AfterEach
    void close() {
        assertThat(budgets.device().heldBytes()).isZero();
        assertThat(budgets.host().heldBytes()).isZero();
        arena.close();
        backend.close();
    }

    private StreamedWeights streamed(FaultyFile.Fault fault) {
        return new StreamedWeights(
                backend,
                decoder.inFiles(),
                ComputeType.F32,
                PLAN,
                budgets,
                Progress.silent(),
                file -> new FaultyFile(BufferedFile.open(file, BlockFile.Use.READ), fault));
    }

    private List<Long> expected() {
        try (ResidentWeights resident = new ResidentWeights(backend, decoder.inMemory(), ComputeType.F32)) {
            return bits(resident.weights());
        }
    }

    private List<Long> bits(ModelWeights weights) {
        return LoraRun.ACCUMULATED.bits(backend, weights, SEED, done -> {});
    }

    @Test
    void shortReadsAndASlowDisk_changeNoBit() {
        for (FaultyFile.Fault fault : List.of(FaultyFile.shortTransfers(), FaultyFile.slow(1_000_000))) {
            try (StreamedWeights streamed = streamed(fault)) {
                assertThat(bits(streamed.weights())).isEqualTo(expected());
            }
        }
    }

    @Test
    void readErrorWhileTraining_endsTheStepWithItsPlaceInTheFile_andTheNextStepIsRightAgain() {
        AtomicBoolean failing = new AtomicBoolean();
        try (StreamedWeights streamed = streamed(attempt -> {
            if (failing.get()) {
                throw new IOException("Input/output error");
            }
            return attempt.bytes();
        })) {
            failing.set(true);
            assertThatExceptionOfType(GantryException.class)
                    .isThrownBy(() -> bits(streamed.weights()))
                    .withMessageContaining("model-")
                    .withMessageContaining("Input/output error")
                    .satisfies(e -> assertThat(e.code()).isEqualTo("FILE-READ"));
            failing.set(false);
            assertThat(bits(streamed.weights())).isEqualTo(expected());
        }
    }

    @Test
    void errorsAtAnyRead_areNeverAWrongNumber() {
        List<Long> right = expected();
        int failed = 0;
        for (boolean succeeded = false; !succeeded; ) {
            try (StreamedWeights streamed = streamed(FaultyFile.failingReads(failed))) {
                assertThat(bits(streamed.weights())).isEqualTo(right);
                succeeded = true;
            } catch (GantryException e) {
                assertThat(e.code()).isEqualTo("FILE-READ");
                failed++;
            }
        }
        assertThat(failed).isGreaterThan(5);
    }

    @Test
    void fileThatEndsTooEarly_isAnError() {
        assertThatExceptionOfType(GantryException.class)
                .isThrownBy(() -> {
                    try (StreamedWeights streamed = streamed(FaultyFile.cutOffAt(9_000))) {
                        bits(streamed.weights());
                    }
                })
                .satisfies(e -> assertThat(e.code()).isEqualTo("FILE-SHORT"));
    }

    @Test
    void fileReplacedOrCutOffWhileTraining_endsTheNextSweep() throws IOException {
        try (StreamedWeights streamed = streamed(FaultyFile.slow(0))) {
            bits(streamed.weights());
            Path file = decoder.files().getFirst();
            Path copy = Files.copy(file, folder.resolve("copy"));
            Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
            assertChanged(streamed);
        }
        try (StreamedWeights streamed = streamed(FaultyFile.slow(0))) {
            try (FileChannel channel = FileChannel.open(decoder.files().getLast(), StandardOpenOption.WRITE)) {
                channel.truncate(100);
            }
            assertChanged(streamed);
        }
    }

    @Test
    void fileOverwrittenInMidSweep_isNoticedBeforeTheSweepIsUsed() throws IOException {
        try (StreamedWeights streamed = streamed(FaultyFile.slow(0))) {
            LayerSource layers = streamed.weights().layers();
            layers.begin(Sweep.FORWARD);
            for (int layer = 0; layer < LAYERS - 1; layer++) {
                layers.release(layers.acquire(layer));
            }
            LayerWeights last = layers.acquire(LAYERS - 1);
            Path file = decoder.files().getFirst();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[100]), 0);
            }
            assertThatExceptionOfType(GantryException.class)
                    .isThrownBy(() -> layers.release(last))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("FILE-CHANGED"));
        }
    }

    private void assertChanged(StreamedWeights streamed) {
        assertThatExceptionOfType(GantryException.class)
                .isThrownBy(() -> bits(streamed.weights()))
                .satisfies(e -> assertThat(e.code()).isEqualTo("FILE-CHANGED"));
    }

    @Test
    void missingFile_isAnError_andLeavesNothingHeld() throws IOException {
        Files.delete(decoder.files().getLast());
        assertThatExceptionOfType(GantryException.class)
                .isThrownBy(() -> streamed(FaultyFile.slow(0)))
                .withMessageContaining("model-2");
    }

    @Test
    void budgetTooSmall_saysSoBeforeAnythingIsRead() {
        Budgets unlimited = Budgets.unlimited();
        StreamedWeights.measure(backend, decoder.inFiles(), ComputeType.F32, PLAN, unlimited);
        long device = unlimited.device().peakBytes();
        long host = unlimited.host().peakBytes();
        for (Budgets tight : List.of(
                new Budgets(new MemoryAccount("device", device - 1), new MemoryAccount("host", host)),
                new Budgets(new MemoryAccount("device", device), new MemoryAccount("host", host - 1)))) {
            assertThatThrownBy(() -> Streamed.within(backend, decoder.inFiles(), ComputeType.F32, PLAN, tight))
                    .isInstanceOf(OverBudgetException.class);
            assertThat(tight.device().heldBytes() + tight.host().heldBytes()).isZero();
        }
        Budgets exact = new Budgets(new MemoryAccount("device", device), new MemoryAccount("host", host));
        try (StreamedWeights streamed = Streamed.within(backend, decoder.inFiles(), ComputeType.F32, PLAN, exact)) {
            assertThat(bits(streamed.weights())).isEqualTo(expected());
            assertThat(exact.device().peakBytes()).isEqualTo(device);
            assertThat(exact.host().peakBytes()).isEqualTo(host);
        }
    }

    @Test
    void blocksOutOfTurn_areRefused() {
        try (StreamedWeights streamed = streamed(FaultyFile.slow(0))) {
            LayerSource layers = streamed.weights().layers();
            int first = PLAN.homes().indexOf(Tier.DISK);
            assertThatIllegalStateException()
                    .isThrownBy(() -> layers.acquire(first))
                    .withMessageContaining("no sweep began");
            layers.begin(Sweep.FORWARD);
            assertThatIllegalStateException()
                    .isThrownBy(() -> layers.acquire(first + 1))
                    .withMessageContaining("block " + (first + 1) + " was asked for out of turn")
                    .withMessageContaining("at block " + first);
            LayerWeights held = layers.acquire(first);
            assertThatIllegalStateException()
                    .isThrownBy(() -> layers.begin(Sweep.FORWARD))
                    .withMessageContaining("still held");
            layers.release(held);
            layers.begin(Sweep.FORWARD);
        }
    }

    @Test
    void severalReadersShareAVisit() {
        try (StreamedWeights streamed = streamed(FaultyFile.slow(0))) {
            LayerSource layers = streamed.weights().layers();
            layers.begin(Sweep.FORWARD);
            for (int layer = 0; layer < LAYERS; layer++) {
                LayerWeights one = layers.acquire(layer);
                LayerWeights two = layers.acquire(layer);
                assertThat(two).isEqualTo(one);
                layers.release(one);
                layers.release(two);
            }
            assertThat(streamed.transfers().blocks()).isEqualTo(LAYERS - PLAN.count(Tier.DEVICE));
        }
    }

    @Test
    void closingInMidSweep_waitsForTheDiskAndFreesEverything() {
        StreamedWeights streamed = streamed(FaultyFile.slow(2_000_000));
        streamed.weights().layers().begin(Sweep.FORWARD_BACKWARD);
        streamed.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> streamed.weights().layers().begin(Sweep.FORWARD));
    }
}
