package dev.gantry.installers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, LINUX_X64",
        "Linux, aarch64, LINUX_ARM64",
        "Mac OS X, x86_64, MAC_X64",
        "Mac OS X, aarch64, MAC_ARM64",
        "Windows 11, amd64, WINDOWS_X64"
    })
    void of_knowsTheSystem_byTheNamesThatJavaGives(String system, String architecture, Platform expected) {
        assertThat(Platform.of(system, architecture)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"Windows 11, aarch64", "FreeBSD, amd64", "Linux, riscv64"})
    void of_refuses_whatNoLibrariesComeFor(String system, String architecture) {
        assertThatThrownBy(() -> Platform.of(system, architecture))
                .isInstanceOfSatisfying(
                        GantryException.class, e -> assertThat(e.code()).isEqualTo("PACKAGE-SYSTEM"));
    }

    @ParameterizedTest
    @CsvSource({
        "LINUX_X64, native/lib/linux-x86_64/cpu/libtokenizers.so",
        "LINUX_ARM64, native/lib/linux-aarch64/cpu/libtokenizers.so",
        "MAC_ARM64, native/lib/osx-aarch64/cpu/libtokenizers.dylib",
        "WINDOWS_X64, native/lib/win-x86_64/cpu/tokenizers.dll",
    })
    void keeps_theTokenizersOfThisSystem_andOfNoOther(Platform platform, String library) throws IOException {
        assertThat(kept("tokenizers-", platform))
                .contains(library)
                .allMatch(name -> name.startsWith(library.substring(0, library.lastIndexOf('/'))));
    }

    @ParameterizedTest
    @CsvSource({"LINUX_X64", "LINUX_ARM64", "MAC_X64", "MAC_ARM64", "WINDOWS_X64"})
    void keeps_oneLibraryOfEachThatHasOnePerSystem(Platform platform) throws IOException {
        for (String library : List.of("zstd-jni-", "snappy-java-", "jna-")) {
            assertThat(kept(library, platform)).as(library).hasSize(1);
        }
    }

    @Test
    void keeps_whatOneDnnIsCalledThrough_andNotItsJavaBinding() throws IOException {
        assertThat(kept("dnnl-", Platform.LINUX_X64))
                .extracting(name -> name.substring(name.lastIndexOf('/') + 1))
                .containsExactlyInAnyOrder("libdnnl.so.3", "libgomp.so.1");
        assertThat(kept("dnnl-", Platform.MAC_ARM64)).isEmpty();
    }

    /// The libraries of machine code in a jar that a package keeps.
    private static List<String> kept(String jar, Platform platform) throws IOException {
        Path file = ProgramClassPath.libraries().stream()
                .filter(entry -> entry.getFileName().toString().startsWith(jar))
                .findFirst()
                .orElseThrow();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return zip.stream()
                    .map(ZipEntry::getName)
                    .filter(Platform::isNative)
                    .filter(platform::keeps)
                    .toList();
        }
    }
}
