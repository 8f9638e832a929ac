package dev.gantry.lora.train;

import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.EventLog;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Trainers in processes of their own, and the moments at which they are killed.
final class KilledProcess {
    private KilledProcess() {}

    /// Starts a JVM with the flags of ours.
    ///
    /// @param main whose `main` is run with the paths
    /// @param log what it prints is added to this file
    static Process start(Class<?> main, Path log, Path... arguments) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-DRUST_FLAVOR=cpu",
                "-DOPT_OUT_TRACKING=true",
                "-cp",
                classPath,
                main.getName()));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /// Sends SIGKILL as soon as the moment comes; a process that ends before that was quicker.
    static void killWhen(BooleanSupplier moment, Process process) throws InterruptedException {
        while (!process.waitFor(1, TimeUnit.MILLISECONDS)) {
            if (moment.getAsBoolean()) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    static BooleanSupplier whileSaving(Path run) {
        File checkpoints = run.resolve("checkpoints").toFile();
        return () -> {
            String[] names = checkpoints.list((dir, name) -> name.startsWith(DurableFiles.TEMPORARY_PREFIX + "step"));
            return names != null && names.length > 0;
        };
    }

    /// @param mostBytes of events beyond those that are there
    static BooleanSupplier afterMoreEvents(Path run, Random random, int mostBytes) throws IOException {
        File events = run.resolve(EventLog.FILE_NAME).toFile();
        long bytes = (Files.exists(events.toPath()) ? events.length() : 0) + random.nextInt(mostBytes);
        return () -> events.length() > bytes;
    }
}
