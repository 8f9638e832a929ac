package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.collective.Carrier;
import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.device.MachineDevices;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cards as devices, on drivers of our own making.
class CudaCardsTest {
    @TempDir
    Path folder;

    @Test
    void machineWithoutADriver_computesOnItsProcessor_andSaysWhyNotOnACard() {
        CudaCards cards = cards("libno-such-driver.so.1");
        MachineDevices devices = new MachineDevices(cards);
        assertThat(devices.settle(DeviceChoice.auto())).isEqualTo(DeviceChoice.cpu());
        try (Backend backend = devices.open(DeviceChoice.auto(), 1)) {
            assertThat(backend.description()).startsWith("cpu");
        }
        refused(cards, 0, "CUDA-NONE", "no NVIDIA driver found (libno-such-driver.so.1)");
    }

    @Test
    void cardThatIsNotThere_isToldWithHowManyThereAre() throws IOException {
        refused(cards(new FakeLibraries(folder).driver("libtwo.so", 0, 13000, 86, 86)), 2, "CUDA-CARD", "names 2");
    }

    @Test
    void cardWithoutKernels_isToldWhereTheyAreKept_andNotChosen() throws IOException {
        CudaCards cards = cards(new FakeLibraries(folder).driver("libone.so", 0, 13000, 86));
        assertThat(cards.firstUsable()).isEmpty();
        refused(cards, 0, "CUDA-KERNELS", folder.resolve("kernels") + " keeps none for compute capability 8.6");
    }

    @Test
    void cardWithKernels_isChosen_opened_andGivenBack() {
        MachineDevices devices = new MachineDevices(HostCuda.cards(folder.resolve("kernels")));
        assertThat(devices.settle(DeviceChoice.auto())).isEqualTo(new DeviceChoice.Cuda(0));
        assertThat(devices.settle(DeviceChoice.cpu())).isEqualTo(DeviceChoice.cpu());
        try (HostCuda host = HostCuda.open()) {
            host.assumeHost();
            int given = host.calls("cuDevicePrimaryCtxRelease_v2");
            try (Backend backend = devices.open(new DeviceChoice.Cuda(0), 1)) {
                assertThat(backend.description()).startsWith("cuda (Host, compute capability 7.5");
            }
            assertThat(host.calls("cuDevicePrimaryCtxRelease_v2")).isEqualTo(given + 1);
        }
    }

    @Test
    void adaptersComputeInF16_onCardsOlderThanBf16_alone() throws IOException {
        MachineDevices devices =
                new MachineDevices(cards(new FakeLibraries(folder).driver("libtwo.so", 0, 13000, 86, 75)));
        assertThat(devices.computeType(new DeviceChoice.Cuda(0), 1)).isEqualTo(ComputeType.F32);
        assertThat(devices.computeType(new DeviceChoice.Cuda(1), 1)).isEqualTo(ComputeType.F16);
        assertThat(devices.computeType(new DeviceChoice.Cuda(0), 2)).isEqualTo(ComputeType.F16);
        assertThat(devices.computeType(DeviceChoice.cpu(), 2)).isEqualTo(ComputeType.F32);
    }

    @ParameterizedTest
    @CsvSource({"true, NCCL", "false, DRIVER"})
    void cardsAreOpenedTogether_joinedByWhatIsThere_andGivenBack(boolean hasNccl, Carrier carrier) {
        try (HostCuda host = HostCuda.open()) {
            MachineDevices devices = new MachineDevices(host.cards(folder.resolve("kernels"), 3, hasNccl));
            int given = host.calls("cuDevicePrimaryCtxRelease_v2");
            long used = host.usedBytes();
            try (RankDevices two = devices.together(new DeviceChoice.Cuda(1), List.of(1, 1));
                    TensorArena first =
                            new TensorArena(two.backends().getFirst().unlimited(), "test");
                    TensorArena second =
                            new TensorArena(two.backends().getLast().unlimited(), "test")) {
                assertThat(two.fabric().carrier()).isEqualTo(carrier);
                Matrix there = second.matrix(DType.F32, 1, 5);
                two.backends().getLast().elements().fill(there, 3);
                Matrix here = first.matrix(DType.F32, 1, 5);
                two.fabric().copy(0, there.data(), here.data());
                float[] values = new float[5];
                first.fetch(here, values, 5);
                assertThat(values).containsOnly(3);
                assertThatThrownBy(() -> two.backends().getFirst().elements().fill(there, 1))
                        .isInstanceOfSatisfying(
                                CudaException.class, e -> assertThat(e.code()).isEqualTo("CUDA-FAULT"));
            }
            assertThat(host.calls("cuDevicePrimaryCtxRelease_v2")).isEqualTo(given + 2);
            assertThat(host.usedBytes()).isEqualTo(used);
        }
    }

    @Test
    void ranksChooseCards_whereEachFindsOne() {
        try (HostCuda host = HostCuda.open()) {
            MachineDevices devices = new MachineDevices(host.cards(folder.resolve("kernels"), 2, false));
            assertThat(devices.settle(DeviceChoice.auto(), 2)).isEqualTo(new DeviceChoice.Cuda(0));
            assertThat(devices.settle(DeviceChoice.auto(), 3)).isEqualTo(DeviceChoice.cpu());
            try (RankDevices processor = devices.together(DeviceChoice.auto(), List.of(1, 1, 1))) {
                assertThat(processor.fabric().carrier()).isEqualTo(Carrier.MEMORY);
                assertThat(processor.count()).isEqualTo(3);
            }
        }
    }

    @Test
    void ranksThatOutnumberCards_areToldWithHowManyThereAre() throws IOException {
        CudaCards cards = cards(new FakeLibraries(folder).driver("libtwo.so", 0, 13000, 86, 86));
        assertThatThrownBy(() -> cards.together(1, 2)).isInstanceOfSatisfying(CudaException.class, e -> {
            assertThat(e.code()).isEqualTo("CUDA-CARDS");
            assertThat(e.why())
                    .isEqualTo("they take neighbouring cards from number 1 on, and the driver names 2,"
                            + " counted from 0");
            assertThat(e.nextStep()).contains("--ranks", "--device cpu");
        });
    }

    @Test
    void cardThatFailsItsTrial_isNotChosen() {
        MachineDevices devices = new MachineDevices(HostCuda.cards(folder.resolve("kernels")));
        try (HostCuda host = HostCuda.open()) {
            host.assumeHost();
            host.failLaunches();
            assertThat(devices.settle(DeviceChoice.auto())).isEqualTo(DeviceChoice.cpu());
        }
    }

    private CudaCards cards(String driver) {
        return new CudaCards(new CudaDiscovery(driver, new LibrarySearch(List.of())), folder.resolve("kernels"));
    }

    private static void refused(CudaCards cards, int ordinal, String code, String why) {
        assertThatThrownBy(() -> cards.open(ordinal)).isInstanceOfSatisfying(CudaException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.why()).contains(why);
        });
    }
}
