package dev.gantry.lora.oncard;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.bench.BenchModels;
import dev.gantry.lora.bench.Compared;
import dev.gantry.offload.plan.PpoJob;
import dev.gantry.offload.plan.PpoPlanner;
import dev.gantry.offload.plan.PpoRoles;
import dev.gantry.offload.plan.RolesPlan;
import dev.gantry.zoo.model.SyntheticModels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The four roles of PPO on one frozen base of the shape of GPT-2 124M, the job for which ColossalChat's example of
/// 2023 reports 1.62 GB: all memory of the plan is taken from the card, and the passes run that the roles share; beside
/// the plan stands what the driver then lacks. Without a card the shape of a case.
final class FourRoles implements Step.Program {
    private static final String RUN =
            "run: answers of the actor; forward of actor, critic, reference and reward, backward and AdamW of actor "
                    + "and critic, with the loss of a language model. Not run: values, advantages, PPO's own losses; "
                    + "value heads and kept answers are held and not used";
    private static final long REPORTED_ELSEWHERE = 1_620_000_000;

    /// @param account what was held of the card, as the program counts it
    /// @param driver the same as the driver tells it
    private record Phase(String name, Compared account, Compared driver) {}

    /// @param said what of PPO was run
    /// @param plannedBytes at the peak, kernels among it
    private record Roles(
            String said, RolesPlan plan, long plannedBytes, long reportedElsewhereBytes, List<Phase> phases) {}

    @Override
    public void run(Ground ground, Recorder recorder) throws IOException {
        DecoderSpec spec = BenchModels.spec(
                Ground.isCard() ? "gpt2-124m" : ground.cases().resolve("gpt2").toString());
        List<Retention> retentions = Ground.isCard() ? List.of(Retention.values()) : List.of(Retention.BOUNDARY);
        for (Retention retention : retentions) {
            recorder.part(
                    "backward from " + retention,
                    () -> roles(Ground.isCard() ? job(spec, 400, 112, retention) : job(spec, 5, 3, retention)));
        }
    }

    private static PpoJob job(DecoderSpec spec, int promptTokens, int newTokens, Retention retention) {
        return new PpoJob(
                spec,
                DType.BF16,
                ComputeType.BF16,
                PpoRoles.ranks(spec, ShapeBench.RANK),
                promptTokens,
                newTokens,
                1,
                1,
                1,
                8,
                retention);
    }

    private static Roles roles(PpoJob job) {
        try (HostCuda cuda = HostCuda.open()) {
            long free = cuda.context().freeBytes();
            try (Backend backend = Ground.isCard() && cuda.hasCublas() ? cuda.backendWithCublas() : cuda.backend();
                    TensorArena files = new TensorArena(
                            MemoryAccount.unlimited("files", backend.hostMemory()), "stands for the base's files")) {
                RolesPlan plan = new PpoPlanner(backend).plan(job, PpoPlanner.Weights.ONE_BASE);
                DecoderModel model = SyntheticModels.create(job.spec(), job.stored(), ShapeBench.SEED, files);
                MemoryAccount device = new MemoryAccount("device", plan.bytes(), backend.memory());
                device.reserve("kernels", plan.kernelBytes());
                List<Phase> phases = new ArrayList<>();
                try (PpoRoles roles = new PpoRoles(job, backend, model, device)) {
                    roles.generate(() -> phases.add(
                            phase(plan, 0, device, free - cuda.context().freeBytes())));
                    roles.scoreAndTrain(() -> phases.add(
                            phase(plan, 1, device, free - cuda.context().freeBytes())));
                }
                return new Roles(RUN, plan, plan.bytes(), REPORTED_ELSEWHERE, phases);
            }
        }
    }

    private static Phase phase(RolesPlan plan, int number, MemoryAccount device, long taken) {
        RolesPlan.Phase phase = plan.phases().get(number);
        long planned = plan.heldBytes() + phase.bytes();
        Phase found =
                new Phase(phase.name(), Compared.bytes(planned, device.heldBytes()), Compared.bytes(planned, taken));
        System.out.printf("  %s: %d bytes planned, %d taken of the driver%n", phase.name(), planned, taken);
        return found;
    }
}
