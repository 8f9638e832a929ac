package dev.gantry.lora.conformance;

import dev.gantry.engine.cuda.CudaBackend;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import tools.jackson.databind.json.JsonMapper;

/// What can be asked of a card so far, in one go: the tests of all kernels, reference cases through the whole engine,
/// with all that the card has and within little memory, then the benches. A line for each on the console, and one JSON.
public final class OnCard {
    private static final String PACKAGE = "dev.gantry.engine.cuda.";
    private static final List<String> TESTS = List.of(
            "CudaElementsTest",
            "CudaActivationsTest",
            "CudaNormsTest",
            "CudaRowsTest",
            "CudaOptimizersTest",
            "CudaLossesTest",
            "CudaMatmulTest",
            "CublasMatmulTest",
            "CudaAttentionTest",
            "CudaFlashTest",
            "CudaGroupedTest",
            "CudaSamplingTest",
            "CudaTilesTest");

    /// Of the device and of the host: even the small models of the cases do not fit.
    private static final MemoryLimits LITTLE = MemoryLimits.of(3_000_000, 3_000_000);

    private OnCard() {}

    /// @param why of a failure, else empty
    private record TestOutcome(String test, String status, double seconds, String why) {}

    private record CaseOutcome(String name, double seconds, List<Finding> findings) {}

    private record Outcome(
            String backend, List<TestOutcome> tests, List<CaseOutcome> cases, OnCardBenches.Measured measured) {}

    /// @param arguments the folder of the cases, and the file for the JSON
    public static void main(String[] arguments) throws IOException {
        String backendName;
        boolean hasCublas;
        try (HostCuda cuda = HostCuda.open();
                CudaBackend backend = cuda.backend()) {
            backendName = backend.description();
            hasCublas = cuda.hasCublas();
        }
        System.out.println(backendName);
        List<TestOutcome> tests = runTests();
        List<CaseOutcome> cases = runCases(Path.of(arguments[0]), hasCublas);
        OnCardBenches.Measured measured = OnCardBenches.run(Path.of(arguments[0]));
        Outcome outcome = new Outcome(backendName, tests, cases, measured);
        Files.writeString(
                Path.of(arguments[1]),
                new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(outcome));
        boolean good = tests.stream().noneMatch(test -> test.status().equals("FAILED"))
                && cases.stream().flatMap(one -> one.findings().stream()).allMatch(OnCard::isAcceptable);
        System.out.println(good ? "all within tolerance" : "SOME FAILED");
        System.exit(good ? 0 : 1);
    }

    private static List<TestOutcome> runTests() {
        List<TestOutcome> outcomes = new ArrayList<>();
        Map<String, Long> started = new HashMap<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(TESTS.stream()
                        .map(test -> DiscoverySelectors.selectClass(PACKAGE + test))
                        .toList())
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionStarted(TestIdentifier test) {
                started.put(test.getUniqueId(), System.nanoTime());
            }

            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    String why = result.getThrowable().map(Throwable::toString).orElse("");
                    TestOutcome outcome = new TestOutcome(
                            test.getUniqueId().replaceAll("\\[engine:junit-jupiter]/|[\\[\\]]", ""),
                            result.getStatus().name(),
                            seconds(started.getOrDefault(test.getUniqueId(), System.nanoTime())),
                            why);
                    outcomes.add(outcome);
                    System.out.printf("%-10s %s %s%n", outcome.status(), outcome.test(), why);
                }
            }
        });
        return outcomes;
    }

    private static List<CaseOutcome> runCases(Path folder, boolean hasCublas) throws IOException {
        List<CaseOutcome> outcomes = new ArrayList<>();
        List<Path> folders;
        try (Stream<Path> all = Files.list(folder)) {
            folders = all.filter(each -> Files.exists(each.resolve("inputs.safetensors")))
                    .sorted()
                    .toList();
        }
        for (Path each : folders) {
            for (CaseFolder reference : CaseFolder.findAll(each)) {
                outcomes.add(run(reference, false, MemoryLimits.NONE));
                outcomes.add(run(reference, false, LITTLE));
                if (hasCublas) {
                    outcomes.add(run(reference, true, MemoryLimits.NONE));
                }
            }
        }
        return outcomes;
    }

    private static CaseOutcome run(CaseFolder reference, boolean withCublas, MemoryLimits limits) {
        long start = System.nanoTime();
        try (HostCuda cuda = HostCuda.open();
                CudaBackend backend = withCublas ? cuda.backendWithCublas() : cuda.backend()) {
            List<Finding> findings = new CaseRun(backend, reference, MemoryTiers.within(limits, backend)).run();
            String name = reference.name()
                    + (withCublas ? " with cuBLASLt" : "")
                    + (limits.areSet() ? " in little memory" : "");
            System.out.printf(
                    "%-30s %d of %d within tolerance%n",
                    name, findings.stream().filter(OnCard::isAcceptable).count(), findings.size());
            return new CaseOutcome(name, seconds(start), findings);
        }
    }

    private static boolean isAcceptable(Finding finding) {
        return switch (finding) {
            case Finding.Compared compared -> compared.passed();
            case Finding.NotYet _ -> true;
            case Finding.Failed _ -> false;
        };
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
