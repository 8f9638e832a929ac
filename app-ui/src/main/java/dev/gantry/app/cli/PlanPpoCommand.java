package dev.gantry.app.cli;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.lora.bench.BenchModels;
import dev.gantry.offload.plan.PpoJob;
import dev.gantry.offload.plan.PpoPlanner;
import dev.gantry.offload.plan.PpoPlanner.Weights;
import dev.gantry.offload.plan.RolesPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `gantry plan-ppo`: what actor, critic, reference and reward take on one base, and in copies of their own.
@Command(
        name = "plan-ppo",
        mixinStandardHelpOptions = true,
        description = "Says what the four roles of PPO (actor, critic, reference, reward) take of memory: on one frozen"
                + " base with adapters, and with a copy of the model each. Starts nothing.")
final class PlanPpoCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(
            names = "--model",
            defaultValue = "gpt2-124m",
            description = "a shape known by name, a config.json, or a folder with one (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String model;

    @Option(names = "--compute", defaultValue = "BF16", description = "F32, BF16 or F16 (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ComputeType compute;

    @Option(names = "--r", defaultValue = "16", description = "rank of the adapters (default: ${DEFAULT-VALUE})")
    private int r;

    @Option(names = "--prompt-tokens", defaultValue = "400", description = "longest prompt (default: ${DEFAULT-VALUE})")
    private int promptTokens;

    @Option(names = "--new-tokens", defaultValue = "112", description = "longest answer (default: ${DEFAULT-VALUE})")
    private int newTokens;

    @Option(
            names = "--generate-rows",
            defaultValue = "1",
            description = "prompts answered side by side (default: ${DEFAULT-VALUE})")
    private int generateRows;

    @Option(
            names = "--micro-rows",
            defaultValue = "1",
            description = "answers trained on at once (default: ${DEFAULT-VALUE})")
    private int microRows;

    @Option(
            names = "--micro-batches",
            defaultValue = "1",
            description = "micro-batches of a step (default: ${DEFAULT-VALUE})")
    private int microBatches;

    @Option(
            names = "--kept-rows",
            defaultValue = "8",
            description = "answers kept until they have been trained on (default: ${DEFAULT-VALUE})")
    private int keptRows;

    @Option(
            names = "--retention",
            defaultValue = "BOUNDARY",
            description = "what the forward keeps: BOUNDARY (least memory) or EVERYTHING (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Retention retention;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    PlanPpoCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        PpoJob job = job(BenchModels.spec(model));
        Map<Weights, RolesPlan> plans = new LinkedHashMap<>();
        try (CpuBackend backend = new CpuBackend(1)) {
            for (Weights weights : Weights.values()) {
                plans.put(weights, new PpoPlanner(backend).plan(job, weights));
            }
        }
        if (json) {
            context.printJson(plans);
        } else {
            plans.forEach(this::print);
        }
        return ExitCode.OK.value();
    }

    private PpoJob job(DecoderSpec spec) {
        Map<AdapterSite, Integer> ranks = new HashMap<>();
        for (int layer = 0; layer < spec.layers(); layer++) {
            for (var module : DecoderParameters.linearModules(spec)) {
                ranks.put(new AdapterSite(layer, module), r);
            }
        }
        return new PpoJob(
                spec,
                compute.dtype(),
                compute,
                ranks,
                promptTokens,
                newTokens,
                generateRows,
                microRows,
                microBatches,
                keptRows,
                retention);
    }

    private void print(Weights weights, RolesPlan plan) {
        PrintWriter out = context.out();
        out.printf(
                Locale.ROOT,
                "%s: %s (%.3f GB) at the peak, in %s%n",
                title(weights),
                Quantity.bytes(plan.bytes()),
                plan.bytes() / 1e9,
                plan.largestPhase().name());
        plan.shared().forEach(use -> line(use.bytes(), use.what() + ", held for all"));
        for (RolesPlan.Role role : plan.roles()) {
            line(role.bytes(), role.name() + ": " + role.what());
        }
        for (RolesPlan.Phase phase : plan.phases()) {
            line(phase.bytes(), "while " + phase.name());
        }
    }

    private void line(long bytes, String what) {
        context.out().printf("  %12s  %s%n", Quantity.bytes(bytes), what);
    }

    private static String title(Weights weights) {
        return switch (weights) {
            case ONE_BASE -> "one frozen base";
            case FOUR_COPIES -> "four copies with adapters";
            case FOUR_COPIES_TRAINED_WHOLE -> "four copies, actor and critic trained whole";
        };
    }
}
