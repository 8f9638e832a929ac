package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.ComputeType;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What every bench is told: how it computes, from which seed, and how it answers.
final class BenchOptions {
    @Option(names = "--seed", defaultValue = "42", description = "of weights and tokens (default 42)")
    private long seed;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Option(names = "--compute", paramLabel = "TYPE", description = "f32, bf16 or f16 (default ${DEFAULT-VALUE})")
    private ComputeType compute = ComputeType.F32;

    @Mixin
    private final ComputeOptions machine = new ComputeOptions();

    long seed() {
        return seed;
    }

    boolean json() {
        return json;
    }

    ComputeType compute() {
        return compute;
    }

    int threads() {
        return machine.threads();
    }

    Backend open(CliContext context) {
        return machine.open(context);
    }

    static void requirePositive(int... numbers) {
        for (int number : numbers) {
            if (number < 1) {
                throw GantryException.usage(
                        "NUMBER-RANGE", "cannot measure with " + number, "it must be at least 1", "give a larger one");
            }
        }
    }
}
