package dev.gantry.lora.oncard;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs steps in Java processes like this one.
///
/// @param main takes `step`, the name of one, the folders of cases and of work, and the file for its parts
record StepProcess(Class<?> main, Ground ground) {
    private static final String BLOCKING = "CUDA_LAUNCH_BLOCKING";

    StepResult run(Step step) throws IOException {
        System.out.println(step.name());
        Path parts = partsOf(ground, step.name());
        Files.deleteIfExists(parts);
        ProcessBuilder builder = new ProcessBuilder(command(step, parts)).redirectErrorStream(true);
        builder.environment().remove(BLOCKING);
        if (step.waitsForLaunches()) {
            builder.environment().put(BLOCKING, "1");
        }
        long start = System.nanoTime();
        Process process = builder.start();
        Thread ending = new Thread(process::destroyForcibly); // no step outlives what runs them
        Runtime.getRuntime().addShutdownHook(ending);
        String why = end(process, step);
        Runtime.getRuntime().removeShutdownHook(ending);
        return StepResult.of(step.name(), (System.nanoTime() - start) / 1e9, why, read(parts));
    }

    /// Where a step leaves its parts.
    static Path partsOf(Ground ground, String step) {
        return ground.work().resolve(step.replace(' ', '-') + ".json");
    }

    /// The parts of a step that was run before; none where it was not.
    static List<JsonNode> read(Path parts) throws IOException {
        if (!Files.exists(parts)) {
            return List.of();
        }
        return JsonMapper.shared()
                .readTree(Files.readString(parts))
                .valueStream()
                .toList();
    }

    /// @return why it did not come to its end, else empty
    private static String end(Process process, Step step) {
        Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(System.out::println));
        try {
            if (process.waitFor(step.seconds(), TimeUnit.SECONDS)) {
                return process.exitValue() == 0 ? "" : "the step ended with exit code " + process.exitValue();
            }
            process.destroyForcibly().waitFor();
            return "the step was ended after " + step.seconds() + " s";
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private List<String> command(Step step, Path parts) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-javaagent") && !argument.startsWith("-agentlib"))
                .forEach(command::add);
        command.addAll(List.of("-cp", classPath(), main.getName(), "step", step.name()));
        command.addAll(List.of(ground.cases().toString(), ground.work().toString(), parts.toString()));
        return command;
    }

    private static String classPath() {
        // a test runner may have put the real one elsewhere
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator);
    }
}
