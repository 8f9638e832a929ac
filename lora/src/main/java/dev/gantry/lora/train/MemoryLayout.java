package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.memory.DiskRates;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.offload.plan.Budgets;
import dev.gantry.offload.plan.FullPlanner;
import dev.gantry.offload.plan.FullTraining;
import dev.gantry.offload.plan.KernelNeeds;
import dev.gantry.offload.plan.MachineRates;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.TrainingJob;
import dev.gantry.offload.plan.TrainingPlan;
import dev.gantry.offload.plan.TrainingPlanner;
import dev.gantry.offload.ranks.RankedJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How a run is laid out in memory: the plan, and the accounts that hold it to its budgets.
///
/// @param device where everything lies that kernels touch
/// @param host where weights wait beside the device
/// @param ranks devices of the ranks; empty with one rank. `device` is then memory of the process, of what they share
/// @param division of the job among the ranks; null with one
record MemoryLayout(
        TrainingPlan plan,
        MemoryAccount device,
        MemoryAccount host,
        List<MemoryAccount> ranks,
        RankedJob.@Nullable Division division) {
    /// Rates for choosing between plans that copy nothing: which of them is faster does not depend on the rate.
    static final MachineRates ONLY_COMPARED = new MachineRates(1e12, 1e12);

    MemoryLayout {
        ranks = List.copyOf(ranks);
    }

    /// On one device.
    private MemoryLayout(TrainingPlan plan, MemoryAccount device, MemoryAccount host) {
        this(plan, device, host, List.of(), null);
    }

    /// All that memory is taken from, in the order to show it.
    List<MemoryAccount> accounts() {
        List<MemoryAccount> all = new ArrayList<>(ranks);
        all.add(device);
        if (ranks.isEmpty()) {
            all.add(host);
        }
        return all;
    }

    /// Where answers between the steps are computed: on the device, or with ranks on cards on the first of them.
    MemoryAccount answers() {
        return ranks.isEmpty() || ranks.getFirst().memory().isHost() ? device : ranks.getFirst();
    }

    /// The layout to train with.
    ///
    /// @throws GantryException when budgets were set and the run does not fit them
    static MemoryLayout of(RunInputs inputs, RunDevices devices, TrainingEnvironment environment) throws IOException {
        long memoryBytes = environment.memoryBytes();
        Backend backend = devices.backend();
        if (RankedLayout.isRanked(inputs)) {
            return RankedLayout.of(inputs, devices, environment);
        }
        if (!isBudgeted(inputs, backend)) {
            TrainingPlan mapped = new TrainingPlanner(backend, inputs.settings().threads())
                    .plan(JobDescription.of(inputs, backend), ONLY_COMPARED, memoryBytes);
            return new MemoryLayout(mapped, backend.unlimited(), MemoryAccount.unlimited("host"));
        }
        TrainingPlan plan = plan(inputs, backend, environment);
        if (!plan.fits()) {
            throw tooSmall(plan);
        }
        TrainingJob job = JobDescription.of(inputs, backend);
        Budgets budgets = budgets(inputs, backend, job, memoryBytes);
        MemoryAccount device = new MemoryAccount("device", budgets.deviceBytes(), backend.memory());
        device.reserve(KernelNeeds.OWNER, KernelNeeds.bytes(backend, job));
        return new MemoryLayout(plan, device, new MemoryAccount("host", budgets.hostBytes(), backend.hostMemory()));
    }

    /// The fastest plan that fits, or the smallest one when none does.
    static TrainingPlan plan(RunInputs inputs, Backend backend, TrainingEnvironment environment) throws IOException {
        long memoryBytes = environment.memoryBytes();
        Planning planning = environment.planning();
        TrainingJob job = JobDescription.of(inputs, backend);
        MachineRates rates = planning.machine().rates(backend, job);
        TrainingPlanner planner = new TrainingPlanner(backend, inputs.settings().threads(), planning.rings());
        Budgets budgets = budgets(inputs, backend, job, memoryBytes);
        if (!isBudgeted(inputs, backend)) {
            return planner.plan(job, rates, budgets.deviceBytes());
        }
        return switch (inputs.settings().config().stage()) {
            // only frozen weights are streamed: not those that an adapter trains in full
            case SFT ->
                job.trained().isEmpty()
                        ? planner.plan(job, withDisk(rates, inputs), budgets)
                        : planner.plan(job, rates, budgets.deviceBytes());
            case FULL, PRETRAIN -> {
                Optional<FullTraining> training = WholeModelPlacement.of(inputs);
                yield training.isPresent()
                        ? new FullPlanner(backend, inputs.settings().threads())
                                .plan(job, training.get(), withDisk(rates, inputs), budgets)
                        : planner.plan(job, rates, budgets.deviceBytes());
            }
        };
    }

    /// A device with memory of its own is a budget in itself.
    private static boolean isBudgeted(RunInputs inputs, Backend backend) {
        if (!backend.memory().isHost()) {
            return true;
        }
        MachineSection machine = inputs.settings().config().machine();
        PlacementSetting placement = machine.placement();
        return limits(machine).areSet()
                || (placement != null && !placement.shares().isEmpty());
    }

    private static Budgets budgets(RunInputs inputs, Backend backend, TrainingJob job, long memoryBytes) {
        Budgets budgets = limits(inputs.settings().config().machine()).budgets(memoryBytes);
        return new Budgets(
                Math.min(budgets.deviceBytes(), KernelNeeds.freeBytes(backend, job)),
                budgets.hostBytes(),
                budgets.diskFolder(),
                AdapterPlacement.of(inputs));
    }

    private static MemoryLimits limits(MachineSection machine) {
        String folder = machine.diskFolder();
        return new MemoryLimits(machine.deviceMemory(), machine.hostMemory(), folder == null ? null : Path.of(folder));
    }

    private static MachineRates withDisk(MachineRates rates, RunInputs inputs) throws IOException {
        return rates.withDisk(DiskRates.reading(inputs.base().places()));
    }

    private static GantryException tooSmall(TrainingPlan plan) {
        String tiers = plan.tiers().stream()
                .filter(tier -> !tier.fits())
                .map(tier -> String.format(
                        Locale.ROOT,
                        "it takes %.1f MiB of %s memory and may take %.1f",
                        tier.bytes() / (double) (1 << 20),
                        tier.tier().name().toLowerCase(Locale.ROOT),
                        tier.budgetBytes() / (double) (1 << 20)))
                .collect(Collectors.joining("; "));
        String changes = plan.changes().stream().map(TrainingPlan.Change::what).collect(Collectors.joining(", or "));
        return GantryException.environment(
                "MEMORY-BUDGET",
                "the run does not fit its memory",
                tiers,
                changes.isEmpty() ? "Give it more memory." : "Give it more memory, or change: " + changes + ".");
    }

    /// Whether weights lie on several tiers.
    boolean isTiered() {
        return plan.placement().weights() instanceof Placement.Weights.Tiered;
    }
}
