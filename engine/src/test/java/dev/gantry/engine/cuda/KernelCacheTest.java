package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.cuda.KernelSource.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCacheTest {
    private static final ComputeCapability ADA = ComputeCapability.of(89);
    private static final KernelSource NORMS = KernelSource.of(Family.NORMS);

    @TempDir
    Path folder;

    private int compilations;

    @Test
    void compilesOnce_forEachSourceCardAndCompiler() {
        byte[] first = cache("nvrtc 13.0").compile(NORMS, ADA);
        assertThat(cache("nvrtc 13.0").compile(NORMS, ADA)).isEqualTo(first);
        assertThat(compilations).isEqualTo(1);
        cache("nvrtc 12.9").compile(NORMS, ADA);
        cache("nvrtc 13.0").compile(NORMS, ComputeCapability.of(90));
        cache("nvrtc 13.0").compile(new KernelSource(NORMS.name(), NORMS.text() + " ", NORMS.headers()), ADA);
        cache("nvrtc 13.0")
                .compile(new KernelSource(NORMS.name(), NORMS.text(), new TreeMap<>(Map.of("common.cuh", ""))), ADA);
        assertThat(compilations).isEqualTo(5);
        assertThat(files()).hasSize(5);
    }

    @Test
    void damagedImages_areCompiledAgain() throws IOException {
        byte[] first = cache("nvrtc 13.0").compile(NORMS, ADA);
        for (int length : new int[] {0, 20, 40}) {
            Path file = files().getFirst();
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(bytes, length));
            assertThat(cache("nvrtc 13.0").compile(NORMS, ADA)).isEqualTo(first);
        }
        assertThat(compilations).isEqualTo(4);
    }

    @Test
    void machineWithoutACompiler_usesAllThatOneHasLeft_orNothing() {
        for (KernelSource.Family family : KernelSource.Family.values()) {
            assertThat(KernelCache.whole(folder.resolve("kernels"), ADA)).isEmpty();
            cache("nvrtc 13.0").compile(KernelSource.of(family), ADA);
        }
        KernelCompiler kept = KernelCache.whole(folder.resolve("kernels"), ADA).orElseThrow();
        assertThat(kept.version()).isEqualTo("nvrtc 13.0");
        assertThat(kept.compile(NORMS, ADA)).hasSize(NORMS.text().length());
        assertThat(KernelCache.whole(folder.resolve("kernels"), ComputeCapability.of(90)))
                .isEmpty();
        KernelSource changed = new KernelSource(NORMS.name(), NORMS.text() + " ", NORMS.headers());
        assertThatThrownBy(() -> kept.compile(changed, ADA))
                .isInstanceOf(CudaException.class)
                .hasMessageContaining("nvrtc 13.0");
    }

    @Test
    void foldersThatCannotBeWritten_costTimeOnly() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        KernelCache cache = new KernelCache(file.resolve("below"), compiler("nvrtc 13.0"));
        assertThat(cache.compile(NORMS, ADA)).hasSize(NORMS.text().length());
    }

    private KernelCache cache(String version) {
        return new KernelCache(folder.resolve("kernels"), compiler(version));
    }

    private KernelCompiler compiler(String version) {
        return new KernelCompiler() {
            @Override
            public String version() {
                return version;
            }

            @Override
            public byte[] compile(KernelSource source, ComputeCapability capability) {
                compilations++;
                return new byte[source.text().length()];
            }
        };
    }

    private List<Path> files() {
        try (Stream<Path> all = Files.list(folder.resolve("kernels"))) {
            return all.filter(file -> file.toString().endsWith(".image")).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
