package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.collective.Links;
import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.ResolvedSettings;
import dev.gantry.offload.plan.KernelNeeds;
import dev.gantry.offload.plan.MachineRates;
import dev.gantry.offload.plan.RankPlan;
import dev.gantry.offload.plan.RankPlanner;
import dev.gantry.offload.plan.TierUse;
import dev.gantry.offload.plan.TrainingJob;
import dev.gantry.offload.ranks.RankedJob;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the ranks of a run are laid out in memory.
final class RankedLayout {
    private static final double MIB = 1 << 20;

    private RankedLayout() {}

    static boolean isRanked(RunInputs inputs) {
        return inputs.settings().ranks() > 1;
    }

    /// The layout to train with. Cards are measured where it depends on them who gets what.
    ///
    /// @throws GantryException when the ranks cannot do what the settings ask, or do not fit their budgets
    static MemoryLayout of(RunInputs inputs, RunDevices devices, TrainingEnvironment environment) {
        List<MachineRates> alike = Collections.nCopies(devices.ranks().count(), MemoryLayout.ONLY_COMPARED);
        RankPlan plan = plan(inputs, devices, null, alike, environment.memoryBytes());
        boolean apart = !devices.ranks().fabric().isShared();
        if (apart
                && switch (inputs.settings().division()) {
                    case AUTO -> !plan.fits();
                    case SHARES -> false;
                    case DEALT -> true;
                }) {
            plan = plan(inputs, devices, environment);
        }
        return layout(inputs, devices, plan);
    }

    private static MemoryLayout layout(RunInputs inputs, RunDevices devices, RankPlan plan) {
        plan.ranks().forEach(rank -> requireFits(rank.device(), plan.divided()));
        List<MemoryAccount> ranks = new ArrayList<>();
        for (Backend backend : devices.ranks().backends()) {
            int rank = ranks.size();
            long budget = plan.ranks().get(rank).device().budgetBytes();
            MemoryAccount account = new MemoryAccount("rank " + rank, budget, backend.memory());
            if (!backend.memory().isHost()) {
                account.reserve(KernelNeeds.OWNER, KernelNeeds.bytes(backend, JobDescription.of(inputs, backend)));
            }
            ranks.add(account);
        }
        return new MemoryLayout(
                plan.memory(),
                MemoryAccount.unlimited("shared"),
                MemoryAccount.unlimited("host"),
                ranks,
                plan.divided());
    }

    /// The fastest plan that fits, or the smallest one when none does, at rates that are measured now: of the processor
    /// with all threads, or of each sort of card and of the links between cards.
    ///
    /// @throws GantryException when the ranks cannot do what the settings ask
    static RankPlan plan(RunInputs inputs, RunDevices devices, TrainingEnvironment environment) {
        requirePossible(inputs);
        Planning.Machine machine = environment.planning().machine();
        RankDevices ranks = devices.ranks();
        boolean apart = !ranks.fabric().isShared();
        TrainingJob job = JobDescription.of(inputs, devices.backend());
        Map<String, MachineRates> known = new HashMap<>();
        List<MachineRates> rates = ranks.backends().stream()
                .map(backend -> apart ? backend : devices.backend())
                .map(backend -> known.computeIfAbsent(backend.description(), _ -> machine.rates(backend, job)))
                .toList();
        return plan(inputs, devices, apart ? machine.links(ranks) : null, rates, environment.memoryBytes());
    }

    /// @param links between cards, if they were measured
    /// @throws GantryException when the ranks cannot do what the settings ask
    private static RankPlan plan(
            RunInputs inputs, RunDevices devices, @Nullable Links links, List<MachineRates> rates, long memoryBytes) {
        requirePossible(inputs);
        TrainingJob job = JobDescription.of(inputs, devices.backend());
        List<Long> budgets = devices.ranks().backends().stream()
                .map(backend -> Math.min(asked(inputs), KernelNeeds.freeBytes(backend, job)))
                .toList();
        return new RankPlanner(devices.backend(), devices.machine(links))
                .plan(
                        job,
                        (retention, division) -> RankedJobs.of(inputs, retention, division),
                        new RankPlanner.Choice(
                                inputs.settings().division(), inputs.settings().zero()),
                        rates,
                        new RankPlanner.Limits(budgets, memoryBytes));
    }

    /// What each rank may take of its device.
    private static long asked(RunInputs inputs) {
        ByteSize device = inputs.settings().config().machine().deviceMemory();
        return device == null ? MemoryAccount.UNLIMITED : device.bytes();
    }

    private static void requirePossible(RunInputs inputs) {
        ResolvedSettings settings = inputs.settings();
        MachineSection machine = settings.config().machine();
        int ranks = settings.ranks();
        boolean placed =
                machine.placement() != null && !machine.placement().shares().isEmpty();
        if (machine.hostMemory() != null || machine.diskFolder() != null || placed) {
            throw refused(
                    ranks,
                    "what waits in host memory or on disk passes through one device only",
                    "Leave out machine.host_memory, machine.disk_folder and machine.placement (--host-memory,"
                            + " --disk-folder, --placement), share more with machine.zero 3, or set machine.ranks to"
                            + " 1.");
        }
        switch (settings.division()) {
            case AUTO, SHARES -> requireMicroBatches(settings.microBatches(), ranks);
            case DEALT -> requireBlocks(inputs.base().spec().layers(), ranks);
        }
    }

    private static void requireMicroBatches(int microBatches, int ranks) {
        if (microBatches < ranks) {
            throw refused(
                    ranks,
                    "a step has " + microBatches + " micro-batches, so that some ranks had nothing to do",
                    "Set machine.ranks to " + microBatches + " at most, deal blocks with machine.division dealt"
                            + " (--division dealt), or start a run with a batch.micro_rows that leaves every rank one.");
        }
    }

    private static void requireBlocks(int blocks, int ranks) {
        if (blocks < ranks) {
            throw refused(
                    ranks,
                    "the model has " + blocks + " blocks, so that some ranks had none to compute",
                    "Set machine.ranks to " + blocks + " at most, or divide micro-batches with machine.division shares"
                            + " (--division shares).");
        }
    }

    private static GantryException refused(int ranks, String why, String nextStep) {
        return GantryException.usage("CONFIG-RANKS", "cannot train on " + ranks + " ranks", why, nextStep);
    }

    private static void requireFits(TierUse device, RankedJob.Division division) {
        if (!device.fits()) {
            throw GantryException.environment(
                    "MEMORY-BUDGET",
                    "the run does not fit its memory",
                    String.format(
                            Locale.ROOT,
                            "a rank takes %.1f MiB of device memory and may take %.1f",
                            device.bytes() / MIB,
                            device.budgetBytes() / MIB),
                    switch (division) {
                        case RankedJob.Division.ByMicroBatches _ ->
                            "Give each rank more with machine.device_memory, share more with a higher machine.zero, or"
                                    + " use more ranks.";
                        case RankedJob.Division.ByBlocks _ ->
                            "Give each rank more with machine.device_memory, or deal the blocks to more ranks.";
                    });
        }
    }
}
