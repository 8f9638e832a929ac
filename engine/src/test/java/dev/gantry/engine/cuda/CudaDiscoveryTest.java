package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.cuda.CudaReport.Card;
import dev.gantry.engine.cuda.CudaReport.Part;
import dev.gantry.engine.cuda.CudaReport.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Discovery on libraries of our own making: each way in which a machine may lack something.
class CudaDiscoveryTest {
    @TempDir
    Path folder;

    @Test
    void withoutADriver_nothingIsLoaded_andItCanBeAskedAgain() {
        for (int i = 0; i < 2; i++) {
            CudaReport report = look("libno-such-driver.so.1");
            assertThat(report.tier()).isEqualTo(CudaTier.NONE);
            assertThat(report.driver()).isNull();
            assertThat(report.detail()).isEqualTo("no NVIDIA driver found (libno-such-driver.so.1)");
            assertThat(report.parts()).extracting(Part::state).containsExactly(State.MISSING);
        }
    }

    @Test
    void driverThatDoesNotStart_saysItsStatus() throws IOException {
        CudaReport report = look(fake().driver("libbroken.so", 803, 13000, 86));
        assertThat(report.tier()).isEqualTo(CudaTier.NONE);
        assertThat(report.detail()).contains("does not start (cuInit gave 803)").contains("nvidia-smi");
    }

    @Test
    void driverWithoutACard_isTold_howeverTheDriverSaysIt() throws IOException {
        assertThat(look(fake().driver("libnodevice.so", 100, 13000)).detail()).contains("finds no card");
        CudaReport report = look(fake().driver("libempty.so", 0, 13000));
        assertThat(report.tier()).isEqualTo(CudaTier.NONE);
        assertThat(report.detail()).contains("names no card");
    }

    @Test
    void driverThatIsTooOld_isToldWithBothVersions_andItsCardsAreNamed() throws IOException {
        CudaReport report = look(fake().driver("libold.so", 0, 11040, 86));
        assertThat(report.tier()).isEqualTo(CudaTier.NONE);
        assertThat(report.detail()).contains("CUDA 11.4").contains("12.0 or later");
        assertThat(report.cards()).hasSize(1);
        assertThat(report.parts()).extracting(Part::state).containsExactly(State.UNFIT);
    }

    @Test
    void libraryThatIsNoDriver_isTold() throws IOException {
        fake().wrong(folder, "libother.so");
        CudaReport report = look(folder.resolve("libother.so").toString());
        assertThat(report.tier()).isEqualTo(CudaTier.NONE);
        assertThat(report.detail()).contains("no function cuInit");
    }

    @Test
    void cardOlderThanTheKernels_isNamed() throws IOException {
        CudaReport report = look(fake().driver("libpascal.so", 0, 12080, 61));
        assertThat(report.tier()).isEqualTo(CudaTier.NONE);
        assertThat(report.detail()).contains("7.5 or later").contains("Card 0 has 6.1");
    }

    @Test
    void twoCards_areNamedWithMemoryAndCapability() throws IOException {
        CudaReport report = look(fake().driver("libtwo.so", 0, 13010, 75, 120));
        assertThat(report.driver()).isEqualTo(new CudaVersion(13, 1));
        assertThat(report.cards())
                .containsExactly(
                        new Card(0, "Card 0", 8L << 30, new ComputeCapability(7, 5)),
                        new Card(1, "Card 1", 9L << 30, new ComputeCapability(12, 0)));
    }

    @Test
    void tiersGrow_withEachLibraryThatIsFound() throws IOException {
        String driver = fake().driver("libcard.so", 0, 13000, 89);
        Path cuda = folder.resolve("cuda");
        assertThat(lookWithout(driver).tier()).isEqualTo(CudaTier.CARDS);
        fake().cublasLt(cuda, "libcublasLt.so.12", 12080);
        assertThat(look(driver, cuda).tier()).as("products need kernels").isEqualTo(CudaTier.CARDS);
        fake().nvrtc(cuda, "libnvrtc.so.13", 13, 0);
        CudaReport products = look(driver, cuda);
        assertThat(products.tier()).isEqualTo(CudaTier.PRODUCTS);
        assertThat(products.pathOf("NVRTC"))
                .isEqualTo(cuda.resolve("libnvrtc.so.13").toString());
        fake().nccl(cuda, 22203);
        CudaReport all = look(driver, cuda);
        assertThat(all.tier()).isEqualTo(CudaTier.COLLECTIVES);
        assertThat(all.parts()).extracting(Part::version).containsExactly("13.0", "13.0", "12.8", "2.22");
        assertThat(all.detail()).isEqualTo("driver for CUDA 13.0");
    }

    @Test
    void missingLibrary_saysWhatItIsForAndWhatToDo() throws IOException {
        CudaReport report = lookWithout(fake().driver("libbare.so", 0, 13000, 89));
        assertThat(report.detail()).isEqualTo("driver for CUDA 13.0; not usable: NVRTC, cuBLASLt, NCCL");
        assertThat(report.parts().get(1).detail())
                .contains("libnvrtc.so.13 or libnvrtc.so.12")
                .contains("compiles the kernels")
                .contains("GANTRY_CUDA");
    }

    @Test
    void libraryNewerThanTheDriver_isPassedOver_andToldWhenThereIsNoOther() throws IOException {
        String driver = fake().driver("libtwelve.so", 0, 12040, 89);
        Path cuda = folder.resolve("newer");
        fake().nvrtc(cuda, "libnvrtc.so.13", 13, 1);
        Part unfit = look(driver, cuda).parts().get(1);
        assertThat(unfit.state()).isEqualTo(State.UNFIT);
        assertThat(unfit.detail())
                .contains("CUDA 13.1")
                .contains("the driver runs 12.4")
                .contains("CUDA 12");
        fake().nvrtc(cuda, "libnvrtc.so.12", 12, 9);
        Part found = look(driver, cuda).parts().get(1);
        assertThat(found.state()).isEqualTo(State.FOUND);
        assertThat(found.version()).isEqualTo("12.9");
    }

    @Test
    void libraryThatIsNotWhatItsNameSays_isTold() throws IOException {
        String driver = fake().driver("libgood.so", 0, 13000, 89);
        Path cuda = folder.resolve("wrong");
        fake().wrong(cuda, "libnvrtc.so.13");
        Part part = look(driver, cuda).parts().get(1);
        assertThat(part.state()).isEqualTo(State.UNFIT);
        assertThat(part.detail()).contains("has no function nvrtcVersion");
    }

    /// Where there is no NCCL, nobody is told that it is missing.
    @Test
    void onWindows_librariesHaveItsNames_andThereAreTwo() throws IOException {
        Path cuda = folder.resolve("windows");
        fake().cublasLt(cuda, "cublasLt64_13.dll", 13000);
        fake().nvrtc(cuda, "nvrtc64_130_0.dll", 13, 0);
        CudaReport report = new CudaDiscovery(
                        fake().driver("libnvcuda.so", 0, 13000, 89),
                        new LibrarySearch(List.of(cuda), CudaPlatform.WINDOWS))
                .look();
        assertThat(report.tier()).isEqualTo(CudaTier.PRODUCTS);
        assertThat(report.parts()).extracting(Part::name).containsExactly("driver", "NVRTC", "cuBLASLt");
        assertThat(report.detail()).isEqualTo("driver for CUDA 13.0");
    }

    private FakeLibraries fake() {
        return new FakeLibraries(folder);
    }

    private CudaReport look(String driver, Path... folders) {
        return new CudaDiscovery(driver, new LibrarySearch(List.of(folders))).look();
    }

    /// On a machine that has such libraries of its own they are found by name; so only what is not there is asked for.
    private CudaReport lookWithout(String driver) {
        CudaReport report = look(driver);
        org.junit.jupiter.api.Assumptions.assumeTrue(
                report.parts().stream().skip(1).allMatch(part -> part.state() == State.MISSING),
                "this machine has CUDA's libraries");
        return report;
    }
}
