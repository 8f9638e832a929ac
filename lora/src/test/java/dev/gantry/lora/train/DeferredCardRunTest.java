package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.chat.ChatModel;
import dev.gantry.lora.chat.ChatSettings;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.SampleSection;
import dev.gantry.lora.train.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs whose weights, gradients and states pass between card and host, on streams whose work is done as late and in as
/// unlucky an order as CUDA allows: to the bits of streams that do everything at once.
class DeferredCardRunTest {
    private static final ByteSize AMPLE = new ByteSize(200L << 20);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // made before each test
    private CardRuns runs;

    @BeforeEach
    void openTheCard() throws IOException {
        runs = new CardRuns(folder);
    }

    @Test
    void adapterBesideWeightsThatPassThrough() throws IOException {
        assertSameBits(placed(runs.lora(ComputeType.BF16), "static(blocks=0/0.5, head=0/1, boundaries=0/1)"), 1, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "static(parameters=0/1, gradients=0/1, masters=0.5/0.5, moments=0/1)",
                "static(parameters=0/0, gradients=0/0, masters=0/0, moments=0/0, boundaries=0/0)"
            })
    void wholeModel_whoseValuesLeaveTheCard(String places) throws IOException {
        TrainConfig config =
                runs.pretraining().withBatch(new BatchSection(2, 1)).withSamples(new SampleSection(List.of(), 1));
        assertSameBits(placed(config, places), 3);
    }

    private static TrainConfig placed(TrainConfig config, String places) {
        return config.withMachine(config.machine().within(AMPLE, AMPLE, null).placed(PlacementSetting.parse(places)));
    }

    private void assertSameBits(TrainConfig config, int... seeds) throws IOException {
        Path atOnce = runs.train("at-once", config);
        for (int seed : seeds) {
            Path late;
            try (HostCuda host = HostCuda.open()) {
                host.defer(seed);
                late = runs.train("late" + seed, config);
            }
            assertThat(TinyRun.values(late)).isEqualTo(TinyRun.values(atOnce));
            List<Path> learned = learned(atOnce);
            assertThat(learned).isNotEmpty();
            for (Path file : learned) {
                assertThat(CardRuns.last(late).resolve(file))
                        .hasSameBinaryContentAs(CardRuns.last(atOnce).resolve(file));
            }
        }
    }

    /// Files of the last checkpoint with what was learned: adapter or model, and the optimizer's states.
    private static List<Path> learned(Path run) throws IOException {
        Path checkpoint = CardRuns.last(run);
        try (Stream<Path> files = Files.walk(checkpoint)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .map(checkpoint::relativize)
                    .toList();
        }
    }

    @Test
    void answersOfAModelThatPassesThrough() throws IOException {
        Path model = Path.of(runs.lora(ComputeType.F32).model());
        ChatSettings settings =
                new ChatSettings(model, null, null, ComputeType.F32, 32, MemoryLimits.of(1 << 20, 8 << 20));
        String atOnce = answer(settings);
        for (int seed = 1; seed <= 3; seed++) {
            try (HostCuda host = HostCuda.open()) {
                host.defer(seed);
                assertThat(answer(settings)).isEqualTo(atOnce);
            }
        }
    }

    private String answer(ChatSettings settings) throws IOException {
        try (Backend backend = runs.card().open(new DeviceChoice.Cuda(0), 1);
                ChatModel chat = ChatModel.open(backend, settings)) {
            return chat.complete("Once upon", Sampling.GREEDY, 6, _ -> true).text();
        }
    }
}
