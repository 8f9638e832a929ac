package dev.gantry.lora.memory;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.Memory;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.offload.frozen.StreamedWeights;
import dev.gantry.offload.plan.Budgets;
import dev.gantry.offload.plan.KernelNeeds;

/// The accounts that a command's memory is taken from.
///
/// @param limits what they were made from
/// @param budgets of the accounts
/// @param device everything that kernels touch but what they may read where it waits
/// @param host what waits beside the device
public record MemoryTiers(MemoryLimits limits, Budgets budgets, MemoryAccount device, MemoryAccount host) {

    /// Accounts of the host's memory that nothing was taken from yet.
    public static MemoryTiers within(MemoryLimits limits) {
        return of(limits, limits.budgets(), Memory.HOST, Memory.HOST);
    }

    /// Accounts of a backend's memory that nothing was taken from yet. A device with memory of its own has no more than
    /// that.
    public static MemoryTiers within(MemoryLimits limits, Backend backend) {
        long free = backend.memory().freeBytes();
        Budgets asked = limits.budgets();
        Budgets budgets = new Budgets(Math.min(asked.deviceBytes(), free), asked.hostBytes(), asked.diskFolder());
        return of(limits, budgets, backend.memory(), backend.hostMemory());
    }

    private static MemoryTiers of(MemoryLimits limits, Budgets budgets, Memory device, Memory host) {
        return new MemoryTiers(
                limits,
                budgets,
                new MemoryAccount("device", budgets.deviceBytes(), device),
                new MemoryAccount("host", budgets.hostBytes(), host));
    }

    /// Whether everything must be counted: within limits, and on a device with memory of its own.
    public boolean areLimited() {
        return limits.areSet() || !device.memory().isHost();
    }

    /// The budgets of a model whose kernels take so many bytes beside matrices: what those of other models hold beyond
    /// that is gone.
    Budgets budgetsWith(long kernelBytes) {
        long beyond = Math.max(0, heldByKernels() - kernelBytes);
        return new Budgets(Math.max(0, budgets.deviceBytes() - beyond), budgets.hostBytes(), budgets.diskFolder());
    }

    long heldByKernels() {
        return device.heldBytes(KernelNeeds.OWNER);
    }

    /// Takes what a model's kernels need of the device beyond those of the models before it. They stay there when it
    /// goes.
    void holdKernels(long bytes) {
        long more = bytes - heldByKernels();
        if (more > 0) {
            device.reserve(KernelNeeds.OWNER, more);
        }
    }

    /// Opens a model laid out so, in these accounts.
    ///
    /// @param model stays with the caller
    StreamedWeights streamed(
            Backend backend, StoredModel model, ComputeType compute, FrozenPlan layout, Progress progress) {
        return new StreamedWeights(
                backend, model, compute, layout, new StreamedWeights.Budgets(device, host), progress);
    }
}
