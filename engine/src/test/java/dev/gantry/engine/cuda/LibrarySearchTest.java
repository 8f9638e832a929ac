package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibrarySearchTest {
    private static final List<String> NAMES = List.of("libnvrtc.so.13", "libnvrtc.so.12");

    @TempDir
    Path root;

    @Test
    void placesAreLookedAtInOrder_andTheLoaderAtLast() throws IOException {
        String named = file("named/libnvrtc.so.12");
        String component = file("home/cuda/libnvrtc.so.13");
        String toolkit = file("usr/local/cuda/lib64/libnvrtc.so.13");
        String newer = file("usr/local/cuda-13.1/targets/x86_64-linux/lib/libnvrtc.so.13");
        String older = file("usr/local/cuda-12.9/lib64/libnvrtc.so.12");
        String packaged = file("usr/lib/x86_64-linux-gnu/libnvrtc.so.12");
        String pip = file("venv/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13");
        String olderPip = file("venv/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12");
        String user = file("user/.local/lib/python3.11/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12");
        LibrarySearch search = LibrarySearch.usual(
                root.resolve("home"),
                Map.of(
                        "GANTRY_CUDA", root.resolve("nothing") + File.pathSeparator + root.resolve("named"),
                        "VIRTUAL_ENV", root.resolve("venv").toString(),
                        "HOME", root.resolve("user").toString()),
                root);
        assertThat(search.candidates(NAMES))
                .containsExactly(
                        named,
                        component,
                        toolkit,
                        newer,
                        older,
                        packaged,
                        pip,
                        olderPip,
                        user,
                        "libnvrtc.so.13",
                        "libnvrtc.so.12");
    }

    @Test
    void inOneFolderTheNewestComesFirst_andOtherFilesAreLeftAlone() throws IOException {
        String older = file("cuda/libnvrtc.so.12");
        String newer = file("cuda/libnvrtc.so.13");
        file("cuda/libnvrtc.so.11.2");
        Files.createDirectories(root.resolve("other/libnvrtc.so.13"));
        LibrarySearch search = new LibrarySearch(List.of(root.resolve("other"), root.resolve("cuda")));
        assertThat(search.candidates(NAMES)).containsExactly(newer, older, "libnvrtc.so.13", "libnvrtc.so.12");
    }

    @Test
    void chosenFolder_comesAfterTheEnvironmentsAndBeforeAllOthers_alsoWhereItIsAToolkits() throws IOException {
        String named = file("named/libnvrtc.so.12");
        String chosen = file("toolkit/lib64/libnvrtc.so.12");
        String wheel = file("wheels/nvidia/cuda_nvrtc/lib/libnvrtc.so.12");
        String conda = file("conda/lib/libnvrtc.so.12");
        String component = file("home/cuda/libnvrtc.so.12");
        LibrarySearch search = LibrarySearch.usual(
                root.resolve("home"),
                List.of(root.resolve("toolkit"), root.resolve("wheels/nvidia")),
                Map.of(
                        "GANTRY_CUDA",
                        " " + root.resolve("named") + File.pathSeparator,
                        "CONDA_PREFIX",
                        root.resolve("conda").toString()),
                root);

        assertThat(search.candidates(List.of("libnvrtc.so.12")))
                .containsExactly(named, chosen, wheel, component, conda, "libnvrtc.so.12");
    }

    @Test
    void librariesInAFolder_areThoseOfAnyKind_inItOrWherePackagesPutThem() throws IOException {
        Path nvrtc = Path.of(file("nvidia/cuda_nvrtc/lib/libnvrtc.so.13"));
        Path cublas = Path.of(file("nvidia/libcublasLt.so.12"));
        file("nvidia/cudnn/lib/libcudnn.so.9");

        assertThat(LibrarySearch.librariesIn(root.resolve("nvidia"))).containsExactly(cublas, nvrtc);
        assertThat(LibrarySearch.librariesIn(root.resolve("absent"))).isEmpty();
    }

    @Test
    void onWindows_namesAndPlacesAreThoseOfItsPackages() throws IOException {
        String named = file("named/nvrtc64_120_0.dll");
        String component = file("home/cuda/nvrtc64_130_0.dll");
        String toolkit = file("toolkit/bin/x64/nvrtc64_130_0.dll");
        String newer = file("programs/NVIDIA GPU Computing Toolkit/CUDA/v13.1/bin/x64/nvrtc64_130_0.dll");
        String older = file("programs/NVIDIA GPU Computing Toolkit/CUDA/v12.9/bin/nvrtc64_120_0.dll");
        String conda = file("conda/Library/bin/nvrtc64_120_0.dll");
        String pip = file("venv/Lib/site-packages/nvidia/cu13/bin/x86_64/nvrtc64_130_0.dll");
        String olderPip = file("venv/Lib/site-packages/nvidia/cuda_nvrtc/bin/nvrtc64_120_0.dll");
        String user = file("roaming/Python/Python312/site-packages/nvidia/cuda_nvrtc/bin/nvrtc64_120_0.dll");
        String python =
                file("local/Programs/Python/Python313/Lib/site-packages/nvidia/cu13/bin/x86_64/nvrtc64_130_0.dll");
        LibrarySearch search = LibrarySearch.usual(
                root.resolve("home"),
                List.of(),
                Map.of(
                        "GANTRY_CUDA", root.resolve("named").toString(),
                        "CUDA_PATH", root.resolve("toolkit").toString(),
                        "ProgramFiles", root.resolve("programs").toString(),
                        "CONDA_PREFIX", root.resolve("conda").toString(),
                        "VIRTUAL_ENV", root.resolve("venv").toString(),
                        "APPDATA", root.resolve("roaming").toString(),
                        "LOCALAPPDATA", root.resolve("local").toString()),
                root,
                CudaPlatform.WINDOWS);
        assertThat(search.candidates(search.fileNames(CudaLibraryKind.NVRTC)))
                .containsExactly(
                        named,
                        component,
                        toolkit,
                        newer,
                        older,
                        conda,
                        pip,
                        olderPip,
                        user,
                        python,
                        "nvrtc64_130_0.dll",
                        "nvrtc64_120_0.dll");
        assertThat(search.fileNames(CudaLibraryKind.CUBLAS)).containsExactly("cublasLt64_13.dll", "cublasLt64_12.dll");
        assertThat(search.fileNames(CudaLibraryKind.NCCL)).isEmpty();
        assertThat(CudaPlatform.WINDOWS.builtins(new CudaVersion(12, 9))).isEqualTo("nvrtc-builtins64_129.dll");
    }

    @Test
    void chosenFolderOfWindows_isLookedIntoWherePackagesPutTheirLibraries() throws IOException {
        Path nvrtc = Path.of(file("nvidia/cuda_nvrtc/bin/nvrtc64_120_0.dll"));
        Path cublas = Path.of(file("nvidia/bin/x64/cublasLt64_13.dll"));
        file("nvidia/lib/libnvrtc.so.13");

        assertThat(LibrarySearch.librariesIn(root.resolve("nvidia"), CudaPlatform.WINDOWS))
                .containsExactly(cublas, nvrtc);
    }

    private String file(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.createFile(file).toString();
    }
}
