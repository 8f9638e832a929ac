package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.device.DeviceChoice.Cuda;
import dev.gantry.engine.device.Devices;
import dev.gantry.lora.run.RunFolder;
import dev.gantry.lora.train.config.BatchSection;
import dev.gantry.lora.train.config.DurationSection;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which device a run opens, on a machine that is told to have a card.
class RunDeviceTest {
    private final List<DeviceChoice> opened = new ArrayList<>();

    private final Devices machine = new Devices() {
        @Override
        public Backend open(DeviceChoice choice, int threads) {
            opened.add(choice);
            return new CpuBackend(threads);
        }

        @Override
        public DeviceChoice settle(DeviceChoice choice) {
            return choice.equals(DeviceChoice.auto()) ? new Cuda(0) : choice;
        }

        @Override
        public DeviceChoice settle(DeviceChoice choice, int ranks) {
            return choice.equals(DeviceChoice.auto()) && ranks > 2 ? DeviceChoice.cpu() : settle(choice);
        }
    };

    @TempDir
    Path folder;

    private TrainConfig config;

    @BeforeEach
    void describe() throws IOException {
        Path model = TinyRun.describedModel(folder.resolve("model"));
        Path corpus = TinyRun.corpus(folder.resolve("corpus.txt"));
        config = TinyRun.pretraining(model, corpus).withDuration(new DurationSection(null, 1L, 0));
    }

    @Test
    void runThatWasLeftToChoose_namesItsDevice_andGoesOnThere() throws IOException {
        Path run = folder.resolve("run");
        train().start(config, run);
        assertThat(saved(run)).isEqualTo("cuda:0");
        train().resume(run);
        train().resume(run, section -> section.on("cpu"));
        assertThat(opened).containsExactly(new Cuda(0), new Cuda(0), DeviceChoice.cpu());
    }

    @Test
    void ranks_takeCardsWhereThereAreAsMany_andElseDivideTheProcessor() throws IOException {
        Path divided = folder.resolve("divided");
        train().start(
                        config.withBatch(new BatchSection(3, 1))
                                .withMachine(config.machine().onRanks(3, null)),
                        divided);
        assertThat(saved(divided)).isEqualTo("cpu");
        assertThat(opened).hasSize(4).containsOnly(DeviceChoice.cpu());
        opened.clear();
        Path run = folder.resolve("run");
        train().start(config.withMachine(config.machine().onRanks(2, null)), run);
        assertThat(saved(run)).isEqualTo("cuda:0");
        assertThat(opened).containsExactly(new Cuda(0), new Cuda(0));
    }

    @Test
    void whatIsNoDevice_isToldByItsSetting() {
        assertThatThrownBy(() -> config.machine().on("gpu"))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("machine.device is gpu; it is auto, cpu, cuda or the number of a card");
    }

    private TrainingRun train() {
        return new TrainingRun(TrainingEnvironment.quiet().withDevices(machine));
    }

    private static String saved(Path run) throws IOException {
        try (RunFolder opened = RunFolder.open(run)) {
            return String.valueOf(TrainConfigJson.read(opened.configFile(), RunConfig.class)
                    .train()
                    .machine()
                    .device());
        }
    }
}
