package dev.gantry.app.ui.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.machine.Examiner;
import dev.gantry.app.machine.MachineParts;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.machine.MeasuredRates;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.engine.cuda.CudaTier;
import dev.gantry.engine.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HardwareViewModelTest {
    private static final long GB = 1_000_000_000;

    @TempDir
    private Path home;

    private FakeServices services;

    @BeforeEach
    void open() {
        services = new FakeServices(home);
    }

    @AfterEach
    void close() {
        services.close();
    }

    /// A machine with 10 GB of free memory that reads 20 GB/s from it and 1 GB/s from its disk.
    private static final class SomeMachine implements Examiner {
        private int measurements;

        @Override
        public MachineParts look() {
            return new MachineParts(
                    "Linux 6",
                    new MachineReport.Cpu("a processor", "amd64", 8, "512-bit"),
                    new MachineReport.Memory(16 * GB, 10 * GB, 4 * GB),
                    new MachineReport.Java("25", "somebody", "/java"),
                    new MachineReport.Disk("/home", 100 * GB, 200 * GB),
                    List.of(),
                    new MachineReport.Cuda(0, CudaTier.NONE, List.of(), "no driver", List.of(), List.of(), List.of()));
        }

        @Override
        public MachineReport.Rates measure(Progress progress) {
            measurements++;
            return new MachineReport.Rates(5 * GB, 20 * GB, GB / 2, GB, "direct");
        }
    }

    @Test
    void look_measuresNothing_untilAsked() {
        SomeMachine machine = new SomeMachine();
        HardwareViewModel model = new HardwareViewModel(services.services(), machine);
        model.look();

        assertThat(model.partsProperty().get()).isNotNull();
        assertThat(model.measuredProperty().get()).isNull();
        assertThat(model.speeds()).isEmpty();
        assertThat(machine.measurements).isZero();
    }

    @Test
    void whatWasMeasured_isRemembered_withItsDate() throws IOException {
        SomeMachine machine = new SomeMachine();
        new HardwareViewModel(services.services(), machine).measure();
        HardwareViewModel later = new HardwareViewModel(services.services(), machine);
        later.look();

        assertThat(later.measuredProperty().get())
                .isEqualTo(new MeasuredRates(FakeServices.NOW, machine.measure(Progress.silent())));
        assertThat(later.measuringProperty().get()).isNull();
        Files.writeString(home.resolve(MeasuredRates.FILE_NAME), "{ torn");
        later.look();
        assertThat(later.measuredProperty().get()).isNull();
        assertThat(services.failures).isEmpty();
    }

    @Test
    void speeds_areThoseOfMemory_orOfTheDiskForWhatDoesNotFit() {
        HardwareViewModel model = new HardwareViewModel(services.services(), new SomeMachine());
        model.look();
        model.measure();

        assertThat(model.speeds())
                .containsExactly(
                        new AnswerSpeed(GB, 2 * GB, true, 10),
                        new AnswerSpeed(8 * GB, 16 * GB, false, 1 / 16.0),
                        new AnswerSpeed(70 * GB, 140 * GB, false, 1 / 140.0));
    }

    @Test
    void report_isWhatTheDoctorPrints() {
        HardwareViewModel model = new HardwareViewModel(services.services(), new SomeMachine());
        model.look();
        model.measure();
        model.copyReport();

        assertThat(services.host.copied)
                .singleElement()
                .asString()
                .contains("\"logical_cores\" : 8", "\"memory_read_bytes_per_second\" : 20000000000", "no driver");
    }
}
