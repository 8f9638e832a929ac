package dev.gantry.engine.cuda;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Builds small shared libraries in temporary folders.
record CCompiler(String command, String extension) {
    static final CCompiler GPP = new CCompiler("g++", ".cpp");
    static final CCompiler GCC = new CCompiler("gcc", ".c");

    boolean isPresent() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    /// A folder that goes when the process ends.
    static Path folder() throws IOException {
        Path folder = Files.createTempDirectory("gantry-native");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            for (File file : folder.toFile().listFiles()) {
                file.delete();
            }
            folder.toFile().delete();
        }));
        return folder;
    }

    Path library(Path folder, String name, String source, String... options) throws IOException {
        Path text = Files.writeString(folder.resolve(name + extension), source);
        Path library = folder.resolve(name);
        List<String> line = new ArrayList<>(List.of(command, "-shared", "-fPIC", "-Wno-unknown-pragmas"));
        line.addAll(List.of(options));
        line.addAll(List.of("-o", library.toString(), text.toString()));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", line) + ": " + said);
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted while compiling", e);
        }
        return library;
    }
}
