package dev.gantry.lora.oncard;

import java.util.List;
import java.util.stream.Stream;

/// What the bundle runs, in this order.
final class Steps {
    private static final List<String> SMALL = List.of("gpt2-124m", "llama-1b");
    private static final String LARGE = "llama-7b";
    /// Of the step's ten minutes: a machine may be slower than its probes.
    private static final double MOST_OF_LARGEST = 420;
    private static final long MB = 1_000_000;
    private static final long GB = 1000 * MB;

    private Steps() {}

    static List<Step> all(Ground ground) {
        Stream<Step> cases = ReferenceCase.all(ground.cases()).stream()
                .map(each -> new Step("case " + each.reference().name(), 300, each));
        return Stream.of(
                        Stream.of(
                                new Step("device", 120, new DeviceLook()),
                                new Step("kernels", 600, true, new KernelTests())),
                        cases,
                        Stream.of(new Step("offload matrix", 600, new OffloadMatrix())),
                        benches().stream())
                .flatMap(each -> each)
                .toList();
    }

    private static List<Step> benches() {
        return List.of(
                new Step(benchOf(SMALL.getFirst()), 180, new ShapeBench(SMALL.getFirst())),
                new Step(benchOf(SMALL.getLast()), 240, new ShapeBench(SMALL.getLast())),
                new Step(benchOf(LARGE), 420, new ShapeBench(LARGE)),
                new Step("offload " + SMALL.getLast(), 300, new CappedBench(SMALL.getLast(), List.of(1500 * MB))),
                new Step("offload " + LARGE, 600, new CappedBench(LARGE, List.of(8 * GB, 12 * GB, 24 * GB))),
                new Step("four roles", 120, new FourRoles()),
                new Step("largest model", 600, new LargestModel(MOST_OF_LARGEST)),
                new Step("peer " + SMALL.getLast(), 300, new PeerBench(SMALL.getLast())),
                new Step("peer " + LARGE, 420, new PeerBench(LARGE)));
    }

    /// The step that measures a shape.
    static String benchOf(String model) {
        return "bench " + model;
    }
}
