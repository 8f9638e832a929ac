package dev.gantry.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Opening cuBLASLt; and, where NVIDIA's own is here, what can be asked of it without a card.
class CublasLtTest {
    @TempDir
    Path folder;

    @Test
    void librariesThatAreMissingOldOrSomethingElse_areNone() throws IOException {
        assertThat(CublasLt.open("libno-such-cublasLt.so.13")).isEmpty();
        assertThat(CublasLt.open("/no/such/libcublasLt.so.13")).isEmpty();
        new FakeLibraries(folder).wrong(folder, "libcublasLt.so.13");
        assertThat(CublasLt.open(folder.resolve("libcublasLt.so.13").toString()))
                .isEmpty();
        assertThat(CublasLt.open(FakeCublas.build(111_103))).isEmpty();
        assertThat(CublasLt.open(FakeCublas.build(120_905)).orElseThrow().version())
                .isEqualTo("cublasLt 12.9.5");
    }

    /// Attributes are read back by the numbers under which a description was made: so the numbers are right.
    @Test
    void attributes_haveTheNumbersThatNvidiasLibraryKnows() {
        CublasLt library = nvidias();
        MemorySegment layout = library.create("cublasLtMatrixLayoutCreate", 14, 130L, 70L, 136L);
        assertThat(read(library, "cublasLtMatrixLayoutGetAttribute", layout, 0, 4))
                .isEqualTo(14); // type
        assertThat(read(library, "cublasLtMatrixLayoutGetAttribute", layout, 1, 4))
                .isZero(); // columns first
        assertThat(read(library, "cublasLtMatrixLayoutGetAttribute", layout, 2, 8))
                .isEqualTo(130);
        assertThat(read(library, "cublasLtMatrixLayoutGetAttribute", layout, 3, 8))
                .isEqualTo(70);
        assertThat(read(library, "cublasLtMatrixLayoutGetAttribute", layout, 4, 8))
                .isEqualTo(136);
        library.call("cublasLtMatrixLayoutDestroy", layout);
        MemorySegment description = library.create("cublasLtMatmulDescCreate", 68, 0);
        assertThat(read(library, "cublasLtMatmulDescGetAttribute", description, 0, 4))
                .isEqualTo(68); // compute type
        assertThat(read(library, "cublasLtMatmulDescGetAttribute", description, 1, 4))
                .isZero(); // scale type
        try (Arena arena = Arena.ofConfined()) {
            library.setAttribute(description, 3, arena.allocateFrom(JAVA_INT, 1));
            library.setAttribute(description, 4, arena.allocateFrom(JAVA_INT, 1));
            library.setAttribute(description, 7, arena.allocateFrom(JAVA_INT, 4));
            library.setAttribute(description, 8, arena.allocateFrom(JAVA_LONG, 0x7000));
            assertThatThrownBy(() -> library.setAttribute(description, 8, arena.allocateFrom(JAVA_INT, 1)))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("cublasLtMatmulDescSetAttribute gave CUBLAS_STATUS_INVALID_VALUE (7)");
        }
        assertThat(read(library, "cublasLtMatmulDescGetAttribute", description, 8, 8))
                .isEqualTo(0x7000);
        library.call("cublasLtMatmulDescDestroy", description);
    }

    @Test
    void preferences_haveTheNumbersThatNvidiasLibraryKnows() {
        CublasLt library = nvidias();
        MemorySegment preference = library.create("cublasLtMatmulPreferenceCreate");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_LONG, 77 << 10);
            library.call("cublasLtMatmulPreferenceSetAttribute", preference, 1, bytes, 8L);
            for (int attribute : new int[] {3, 5, 6, 7, 8}) { // reductions, alignments of a, b, c, d
                MemorySegment two = arena.allocateFrom(JAVA_INT, 2);
                library.call("cublasLtMatmulPreferenceSetAttribute", preference, attribute, two, 4L);
                assertThat(read(library, "cublasLtMatmulPreferenceGetAttribute", preference, attribute, 4))
                        .isEqualTo(2);
            }
        }
        assertThat(read(library, "cublasLtMatmulPreferenceGetAttribute", preference, 1, 8))
                .isEqualTo(77 << 10);
        library.call("cublasLtMatmulPreferenceDestroy", preference);
    }

    private static long read(CublasLt library, String function, MemorySegment description, int attribute, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_LONG);
            MemorySegment written = arena.allocate(JAVA_LONG);
            library.call(function, description, attribute, value, (long) bytes, written);
            assertThat(written.get(JAVA_LONG, 0)).isEqualTo(bytes);
            return value.get(JAVA_LONG, 0);
        }
    }

    /// Skips the test where there is none.
    private static CublasLt nvidias() {
        String named = System.getProperty("gantry.cublas", System.getenv("GANTRY_CUBLAS"));
        Optional<CublasLt> found = (named == null
                        ? Stream.of("libcublasLt.so.13", "libcublasLt.so.12")
                        : Stream.of(named))
                .map(CublasLt::open)
                .flatMap(Optional::stream)
                .findFirst();
        assumeTrue(found.isPresent(), "no libcublasLt here; -Dgantry.cublas=/path/to/libcublasLt.so.13 names one");
        System.out.println(found.orElseThrow().version());
        return found.orElseThrow();
    }
}
