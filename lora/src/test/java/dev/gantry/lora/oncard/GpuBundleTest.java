package dev.gantry.lora.oncard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.cuda.ComputeCapability;
import dev.gantry.engine.cuda.KernelCache;
import dev.gantry.engine.cuda.KernelSource;
import dev.gantry.engine.cuda.Nvrtc;
import dev.gantry.lora.Fixture;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/// Packs what {@link OnCard} needs on a bare machine with a card and its driver: a small Java, classes, cases, and
/// kernels compiled here, into the new folder that `-Dgantry.bundle` names. `run` in it runs everything.
///
/// With `-Dgantry.nvrtc` the kernels for `-Dgantry.bundle.cards` (such as `90,120`) are compiled here; else the machine
/// needs an NVRTC of its own.
class GpuBundleTest {
    private static final String MODULES =
            "java.base,java.logging,java.management,java.xml,jdk.incubator.vector,jdk.unsupported";
    /// Of the jars on the class path, what tests and cases use.
    private static final List<String> JARS = List.of(
            "junit-",
            "opentest4j",
            "apiguardian",
            "jspecify",
            "assertj-",
            "byte-buddy",
            "jackson-",
            "tokenizers-",
            "api-",
            "slf4j-",
            "gson-",
            "commons-csv-",
            "open-test-reporting");
    private static final String PEER = "peer_peft.py";
    private static final long MOST_BYTES = 240L << 20; // at most 60 MB once packed by xz

    @Test
    void bundle() throws IOException {
        String named = System.getProperty("gantry.bundle");
        assumeTrue(named != null, "-Dgantry.bundle=FOLDER packs a bundle for a machine with a card");
        Path folder = Files.createDirectories(Path.of(named));
        assertThat(folder).isEmptyDirectory();
        List<String> classPath = copyClassPath(folder.resolve("lib"));
        Path shared = Path.of(System.getProperty("gantry.shared", "nowhere"), "fixtures");
        Path cases = Files.isDirectory(shared)
                ? shared
                : Objects.requireNonNull(Fixture.of("gpt2").folder().getParent());
        copy(cases, folder.resolve("cases"), _ -> true);
        Files.copy(Path.of("..", "docs", "performance", PEER), folder.resolve(PEER));
        String kernels = compileKernels(folder.resolve("kernels"));
        runJlink(folder.resolve("java"));
        Path run = folder.resolve("run");
        Files.writeString(run, script(classPath, kernels));
        assertThat(run.toFile().setExecutable(true)).isTrue();
        assertThat(bytes(folder)).isLessThan(MOST_BYTES);
    }

    private static List<String> copyClassPath(Path lib) throws IOException {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> copied = new ArrayList<>();
        for (String entry : List.of(all.split(File.pathSeparator))) {
            if (entry.isEmpty()) {
                continue;
            }
            Path from = Path.of(entry);
            String name = from.getFileName().toString();
            boolean isOurs = Files.isDirectory(from) || entry.contains("target" + File.separator);
            if (Files.exists(from) && (isOurs || JARS.stream().anyMatch(name::startsWith))) {
                String to = copied.size() + "-" + name;
                if (name.startsWith("tokenizers-")) {
                    copyOfThisSystem(from, lib.resolve(to));
                } else {
                    copy(from, lib.resolve(to), file -> !file.toString().endsWith(".safetensors")); // models are cases
                }
                copied.add("lib/" + to);
            }
        }
        return copied;
    }

    /// A jar without the native libraries of other systems than Linux on x86-64, unpacked, for xz to pack.
    private static void copyOfThisSystem(Path jar, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            out.setLevel(Deflater.NO_COMPRESSION);
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String name = entry.getName();
                if (!name.startsWith("native/lib/") || name.endsWith(".properties") || name.contains("linux-x86_64")) {
                    out.putNextEntry(new ZipEntry(name));
                    in.transferTo(out);
                    out.closeEntry();
                }
            }
        }
    }

    private static void copy(Path from, Path to, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> all = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
            for (Path each : all.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else if (wanted.test(each)) {
                    Files.createDirectories(target.getParent());
                    Files.copy(each, target);
                }
            }
        }
    }

    /// The name of the compiler that the images carry, or nothing.
    private static String compileKernels(Path folder) {
        String library = System.getProperty("gantry.nvrtc");
        if (library == null) {
            return "";
        }
        Nvrtc nvrtc = Nvrtc.open(library).orElseThrow();
        KernelCache cache = new KernelCache(folder, nvrtc);
        String cards = System.getProperty("gantry.bundle.cards", "90");
        Arrays.stream(cards.split(",")).mapToInt(Integer::parseInt).forEach(card -> {
            for (KernelSource.Family family : KernelSource.Family.values()) {
                cache.compile(KernelSource.of(family), new ComputeCapability(card / 10, card % 10));
            }
        });
        return " -Dgantry.kernels=kernels \"-Dgantry.kernels.compiler=" + nvrtc.version() + "\"";
    }

    private static void runJlink(Path folder) {
        int status = ToolProvider.findFirst("jlink")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "--add-modules",
                        MODULES,
                        "--strip-debug",
                        "--no-header-files",
                        "--no-man-pages",
                        "--compress",
                        "zip-0", // xz packs the whole bundle, and better so
                        "--output",
                        folder.toString());
        assertThat(status).isZero();
    }

    private static String script(List<String> classPath, String kernels) {
        return """
                #!/bin/sh
                # Tests of all kernels, reference cases, the offload matrix and benches on the first NVIDIA card; writes
                # result.json here. `run host` runs the same on the processor, where there is a g++; more words name
                # the steps to run, such as `run card kernels "bench llama-1b"`.
                cd "$(dirname "$0")" || exit 1
                where=${1:-card}
                [ $# -gt 0 ] && shift
                exec java/bin/java -Xmx4g --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED \\
                  -Dai.djl.offline=true -DRUST_FLAVOR=cpu -DOPT_OUT_TRACKING=true \\
                  "-Dgantry.cuda=$where"%s \\
                  -cp %s \\
                  dev.gantry.lora.oncard.OnCard cases work result.json "$@"
                """.formatted(kernels, String.join(":", classPath));
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
