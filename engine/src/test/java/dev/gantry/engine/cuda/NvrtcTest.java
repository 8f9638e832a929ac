package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.cuda.KernelSource.Family;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every kernel compiled for every card, without a card, by each NVRTC that `gantry.nvrtc` or `GANTRY_NVRTC` names or
/// that this machine's loader knows; one that is not named compiles for the oldest and the newest card alone, for time.
class NvrtcTest {
    private static final @Nullable String NAMED = System.getProperty("gantry.nvrtc", System.getenv("GANTRY_NVRTC"));
    private static final List<Integer> CARDS = List.of(75, 80, 86, 89, 90, 100, 120);

    @TestFactory
    List<DynamicTest> everyKernelCompiles_forEveryCard() {
        List<Nvrtc> found = found();
        return found.stream()
                .flatMap(nvrtc -> CARDS.stream()
                        .filter(card -> NAMED != null || card.equals(CARDS.getFirst()) || card.equals(CARDS.getLast()))
                        .map(ComputeCapability::of)
                        .filter(nvrtc.architectures()::contains)
                        .map(card -> DynamicTest.dynamicTest(
                                nvrtc.version() + " sm_" + card.number(), () -> compileAll(nvrtc, card))))
                .toList();
    }

    private static void compileAll(Nvrtc nvrtc, ComputeCapability card) {
        for (Family family : Family.values()) {
            KernelSource source = KernelSource.of(family);
            String image = new String(nvrtc.compile(source, card), StandardCharsets.ISO_8859_1);
            assertThat(image).startsWith("\177ELF");
            assertThat(HostCuda.kernels(source))
                    .isNotEmpty()
                    .allSatisfy(kernel -> assertThat(image).contains(kernel));
        }
    }

    @Test
    void cardsOfTheFuture_getCodeThatTheirDriverTranslates() {
        for (Nvrtc nvrtc : found()) {
            byte[] image = nvrtc.compile(KernelSource.of(Family.ELEMENTS), new ComputeCapability(99, 0));
            ComputeCapability newest = nvrtc.architectures().last();
            assertThat(new String(image, StandardCharsets.UTF_8)).contains(".target sm_" + newest.number());
        }
    }

    @Test
    void whatDoesNotCompile_isToldWithLineAndCompiler() {
        for (Nvrtc nvrtc : found()) {
            SortedMap<String, String> common = new TreeMap<>(Map.of("common.cuh", ""));
            KernelSource wrong = new KernelSource("wrong.cu", "#include \"common.cuh\"\nint x = y;", common);
            assertThatThrownBy(() -> nvrtc.compile(wrong, ComputeCapability.of(80)))
                    .isInstanceOfSatisfying(
                            CudaException.class, e -> assertThat(e.code()).isEqualTo("CUDA-COMPILE"))
                    .hasMessageContaining("wrong.cu(2)")
                    .hasMessageContaining(nvrtc.version());
        }
    }

    @Test
    void missingCompiler_isNoError() {
        assertThat(Nvrtc.open("libno-such-nvrtc.so.13")).isEmpty();
        assertThat(Nvrtc.open("/no/such/libnvrtc.so.13")).isEmpty();
    }

    /// Skips the test where there is none.
    private static List<Nvrtc> found() {
        String paths = NAMED != null ? NAMED : String.join(File.pathSeparator, "libnvrtc.so.13", "libnvrtc.so.12");
        List<Nvrtc> found = Arrays.stream(paths.split(File.pathSeparator))
                .map(Nvrtc::open)
                .flatMap(Optional::stream)
                .toList();
        assumeTrue(!found.isEmpty(), "no libnvrtc here; -Dgantry.nvrtc=/path/to/libnvrtc.so.13 names one");
        return found;
    }
}
