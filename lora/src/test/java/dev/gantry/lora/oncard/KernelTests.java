package dev.gantry.lora.oncard;

import dev.gantry.lora.oncard.Part.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// All kernels against the scalar truth.
final class KernelTests implements Step.Program {
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

    @Override
    public void run(Ground ground, Recorder recorder) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(TESTS.stream()
                        .map(test -> DiscoverySelectors.selectClass(PACKAGE + test))
                        .toList())
                .build();
        LauncherFactory.create().execute(request, new Listener(recorder));
    }

    private static final class Listener implements TestExecutionListener {
        private final Recorder recorder;
        private final Map<String, Long> started = new HashMap<>();

        Listener(Recorder recorder) {
            this.recorder = recorder;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            started.put(test.getUniqueId(), System.nanoTime());
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            boolean failed = result.getStatus() == TestExecutionResult.Status.FAILED;
            if (test.isTest() || failed) { // a class may fail before its first test
                record(test, result);
            }
        }

        private void record(TestIdentifier test, TestExecutionResult result) {
            long now = System.nanoTime();
            try {
                recorder.add(new Part(
                        test.getUniqueId().replaceAll("\\[engine:junit-jupiter]/|[\\[\\]]|dev.gantry.engine.cuda.", ""),
                        outcome(result),
                        (now - started.getOrDefault(test.getUniqueId(), now)) / 1e9,
                        result.getThrowable().map(Throwable::toString).orElse(""),
                        null));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Outcome outcome(TestExecutionResult result) {
            return switch (result.getStatus()) {
                case SUCCESSFUL -> Outcome.PASSED;
                case ABORTED -> Outcome.LEFT_OUT;
                case FAILED -> Outcome.FAILED;
            };
        }
    }
}
