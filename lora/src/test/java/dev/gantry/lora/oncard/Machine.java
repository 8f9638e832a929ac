package dev.gantry.lora.oncard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// The machine that figures are from, apart from its card.
///
/// @param memory as the system writes it
record Machine(String system, String processor, int processors, String memory, String java, boolean hasCard) {
    static Machine here() throws IOException {
        return new Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                line(Path.of("/proc/cpuinfo"), "model name").orElse(System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                line(Path.of("/proc/meminfo"), "MemTotal").orElse("not told"),
                System.getProperty("java.vm.version"),
                Ground.isCard());
    }

    /// Host memory that programs may take, as the system tells it.
    static long availableBytes() throws IOException {
        Path memory = Path.of("/proc/meminfo");
        String kibibytes = line(memory, "MemAvailable")
                .orElseThrow(() -> new IOException("the system does not tell what memory is available"));
        return Long.parseLong(kibibytes.replace(" kB", "")) << 10;
    }

    private static Optional<String> line(Path file, String name) throws IOException {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        }
    }
}
