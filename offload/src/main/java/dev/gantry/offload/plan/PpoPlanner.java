package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.KeyValueCache;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.plan.RolesPlan.Phase;
import dev.gantry.offload.plan.RolesPlan.Role;
import dev.gantry.offload.plan.TierUse.Use;
import java.util.List;
import java.util.stream.Stream;

/// Plans the four roles of PPO: actor, critic, reference and reward. Bytes are counted by the code that allocates them.
///
/// The roles take turns in one training pass: to score answers it goes forward with each role's adapter, to train it
/// goes backward with those of actor and critic. Generation comes before that, and its memory is free again by then.
/// A value head needs less than the slice of logits that the pass has for the language model's head.
public final class PpoPlanner {
    private static final int STATE_COPIES = 4; // f32 value, gradient and the two moments of Adam
    /// Log-probabilities of actor and reference, values, rewards, advantages, returns.
    private static final int NUMBERS_OF_A_TOKEN = 6;

    private final Backend backend;

    public PpoPlanner(Backend backend) {
        this.backend = backend;
    }

    /// How the roles come by their weights.
    public enum Weights {
        /// One frozen base for all; actor and critic train adapters, the reward has one.
        ONE_BASE,
        /// The same with a copy of the base for each role.
        FOUR_COPIES,
        /// A copy for each role; actor and critic train all of theirs.
        FOUR_COPIES_TRAINED_WHOLE
    }

    public RolesPlan plan(PpoJob job, Weights weights) {
        JobBytes adapter = new JobBytes(backend, job.adapter());
        // a device with memory of its own holds a copy, and the files stay with the host
        long base = adapter.converted() + (backend.memory().isHost() ? adapter.mapped() : 0);
        long kept = keptBytes(job);
        List<Use> shared = List.of(
                new Use("answers and what was said of them", kept),
                new Use(KernelNeeds.USE, KernelNeeds.bytes(backend, job)));
        return switch (weights) {
            case ONE_BASE ->
                new RolesPlan(
                        with(new Use("frozen base", base), shared),
                        adapterRoles(job, adapter, 0),
                        phases(job, job.adapter()));
            case FOUR_COPIES ->
                new RolesPlan(present(shared), adapterRoles(job, adapter, base), phases(job, job.adapter()));
            case FOUR_COPIES_TRAINED_WHOLE ->
                new RolesPlan(present(shared), wholeRoles(job, base), phases(job, job.whole()));
        };
    }

    /// @param base bytes of each role's own copy of it
    private static List<Role> adapterRoles(PpoJob job, JobBytes adapter, long base) {
        long frozenAdapter = job.adapter().shapes().adapterBytes(job.adapterRanks());
        long head = valueHeadBytes(job);
        Use copy = new Use("base", base);
        return List.of(
                role("actor", "adapter, trained", copy, new Use("adapter, gradients, Adam", adapter.trained())),
                role(
                        "critic",
                        "adapter and value head, trained",
                        copy,
                        new Use("adapter, gradients, Adam", adapter.trained()),
                        new Use("value head, gradient, Adam", head * STATE_COPIES)),
                role("reference", "the base alone", copy),
                role(
                        "reward",
                        "adapter and value head, frozen",
                        copy,
                        new Use("adapter", frozenAdapter),
                        new Use("value head", head)));
    }

    private List<Role> wholeRoles(PpoJob job, long base) {
        JobBytes whole = new JobBytes(backend, job.whole());
        long head = valueHeadBytes(job);
        Use trained = new Use("parameters, gradients, Adam", whole.trained());
        Use converted = new Use("weights as they are computed with", whole.converted());
        Use frozen = new Use("weights", base);
        return List.of(
                role("actor", "all parameters, trained", trained, converted),
                role(
                        "critic",
                        "all parameters and value head, trained",
                        trained,
                        converted,
                        new Use("value head, gradient, Adam", head * STATE_COPIES)),
                role("reference", "frozen", frozen),
                role("reward", "value head, frozen", frozen, new Use("value head", head)));
    }

    private static Role role(String name, String what, Use... uses) {
        return new Role(name, what, present(List.of(uses)));
    }

    private static List<Use> present(List<Use> uses) {
        return uses.stream().filter(use -> use.bytes() > 0).toList();
    }

    private static List<Use> with(Use first, List<Use> others) {
        return Stream.concat(Stream.of(first), present(others).stream()).toList();
    }

    private List<Phase> phases(PpoJob job, TrainingJob training) {
        Adapters adapters = training.shapes().adapters(training.adapterRanks(), 0);
        int rows = job.generatedTogether();
        long generating = Generator.measure(backend, job.spec(), job.compute(), adapters, rows, job.rowTokens());
        long cache = KeyValueCache.measure(job.spec(), job.compute(), rows, job.rowTokens());
        JobBytes bytes = new JobBytes(backend, training);
        return List.of(
                new Phase(
                        "generating",
                        List.of(
                                new Use("keys and values", cache),
                                new Use("activations and logits", generating - cache))),
                new Phase(
                        "scoring and training",
                        List.of(
                                new Use("activations and workspace", bytes.pass(job.retention())),
                                new Use("batches", bytes.batches()))));
    }

    /// A row `[1, hidden]` and a bias.
    private static long valueHeadBytes(PpoJob job) {
        try (TensorArena shapes = TensorArena.measuring()) {
            shapes.matrix(DType.F32, 1, job.spec().hidden());
            shapes.matrix(DType.F32, 1, 1);
            return shapes.allocatedBytes();
        }
    }

    private static long keptBytes(PpoJob job) {
        try (TensorArena shapes = TensorArena.measuring()) {
            for (int row = 0; row < job.keptRows(); row++) {
                shapes.matrix(DType.I32, 1, job.rowTokens());
                shapes.matrix(DType.F32, NUMBERS_OF_A_TOKEN, job.rowTokens());
            }
            return shapes.allocatedBytes();
        }
    }
}
