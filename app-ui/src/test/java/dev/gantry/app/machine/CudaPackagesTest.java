package dev.gantry.app.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.machine.CudaPackages.Offer;
import dev.gantry.app.machine.CudaPackages.Source;
import dev.gantry.engine.cuda.ComputeCapability;
import dev.gantry.engine.cuda.CudaReport;
import dev.gantry.engine.cuda.CudaReport.Card;
import dev.gantry.engine.cuda.CudaReport.Part;
import dev.gantry.engine.cuda.CudaReport.State;
import dev.gantry.engine.cuda.CudaTier;
import dev.gantry.engine.cuda.CudaVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaPackagesTest {
    @TempDir
    Path root;

    private CudaPackages on(String release) throws IOException {
        Files.writeString(Files.createDirectories(root.resolve("etc")).resolve("os-release"), release);
        return new CudaPackages(new LinuxRelease(root, "Linux", "amd64"));
    }

    private static CudaReport with(@Nullable CudaVersion driver, State driverState, int cards, String... missing) {
        List<Part> parts = new ArrayList<>(List.of(new Part("driver", driverState, null, "", "")));
        for (String name : missing) {
            parts.add(new Part(name, State.MISSING, null, "", ""));
        }
        List<Card> some = new ArrayList<>();
        for (int ordinal = 0; ordinal < cards; ordinal++) {
            some.add(new Card(ordinal, "card", 1 << 30, new ComputeCapability(8, 6)));
        }
        return new CudaReport(CudaTier.NONE, driver, "", some, parts);
    }

    private static CudaReport lacking(CudaVersion driver, int cards, String... missing) {
        return with(driver, State.FOUND, cards, missing);
    }

    @Test
    void debian_getsNvidiasPackagesForTheDriver_itsOwn_pipsAndCondas() throws IOException {
        var offers = on("ID=debian\nVERSION_ID=\"13\"\n")
                .offers(lacking(new CudaVersion(12, 4), 2, "NVRTC", "cuBLASLt", "NCCL"));

        assertThat(offers)
                .containsExactly(
                        new Offer(Source.NVIDIA, "sudo apt-get install cuda-nvrtc-12-4 libcublas-12-4 libnccl2"),
                        new Offer(Source.DISTRIBUTION, "sudo apt-get install libnvrtc12 libcublaslt12 libnccl2"),
                        new Offer(
                                Source.PIP,
                                "pip install --user nvidia-cuda-nvrtc-cu12 nvidia-cublas-cu12 nvidia-nccl-cu12"),
                        new Offer(
                                Source.CONDA,
                                "conda install -c conda-forge cuda-nvrtc libcublas nccl cuda-version=12"));
    }

    @Test
    void fedora_getsThemByDnf_andCuda13DropsThePrefixOfPipsNames() throws IOException {
        var offers = on("ID=fedora\nVERSION_ID=42\n").offers(lacking(new CudaVersion(13, 0), 2, "cuBLASLt", "NCCL"));

        assertThat(offers)
                .extracting(Offer::command)
                .containsExactly(
                        "sudo dnf install libcublas-13-0 libnccl",
                        "pip install --user nvidia-cublas==13.* nvidia-nccl-cu13",
                        "conda install -c conda-forge libcublas nccl cuda-version=13");
    }

    @Test
    void distributionsOwnPackages_areNotNamedWhereTheyAreOfAnOlderCuda() throws IOException {
        CudaReport report = lacking(new CudaVersion(12, 4), 1, "NVRTC");

        assertThat(on("ID=debian\nVERSION_ID=\"12\"\n").offers(report))
                .extracting(Offer::source)
                .doesNotContain(Source.DISTRIBUTION);
        assertThat(on("ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\n").offers(report))
                .contains(new Offer(Source.DISTRIBUTION, "sudo apt-get install libnvrtc12"));
    }

    @Test
    void nothingIsNamed_whereNothingWouldHelp() throws IOException {
        CudaPackages debian = on("ID=debian\nVERSION_ID=\"13\"\n");

        assertThat(debian.offers(lacking(new CudaVersion(12, 4), 1))).isEmpty();
        assertThat(debian.offers(lacking(new CudaVersion(12, 4), 1, "NCCL"))).isEmpty();
        assertThat(debian.offers(lacking(new CudaVersion(12, 4), 0, "NVRTC"))).isEmpty();
        assertThat(debian.offers(with(null, State.MISSING, 0))).isEmpty();
        assertThat(new CudaPackages(new LinuxRelease(root, "Windows 11", "amd64"))
                        .offers(lacking(new CudaVersion(12, 4), 1, "NVRTC")))
                .isEmpty();
    }

    @Test
    void driver_isNamed_whereACardOfNvidiaIsOnTheBus() throws IOException {
        Path device = Files.createDirectories(root.resolve("sys/bus/pci/devices/0000:01:00.0"));
        Files.writeString(device.resolve("vendor"), "0x10de\n");
        Files.writeString(device.resolve("class"), "0x030000\n");

        assertThat(on("ID=debian\n").offers(with(null, State.MISSING, 0)))
                .extracting(Offer::command)
                .containsExactly("sudo apt-get install nvidia-open", "sudo apt-get install nvidia-driver");
        assertThat(on("ID=ubuntu\nID_LIKE=debian\n").offers(with(new CudaVersion(11, 4), State.UNFIT, 1)))
                .extracting(Offer::command)
                .containsExactly("sudo apt-get install nvidia-open", "sudo ubuntu-drivers install");
        assertThat(on("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n").offers(with(null, State.MISSING, 0)))
                .extracting(Offer::command)
                .containsExactly("sudo zypper install nvidia-open");
    }
}
