package dev.gantry.offload.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.optim.Optimizer;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.Gradients.LowRankGradient;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// What holds the memory of PPO's four roles, and the passes that they share. The passes compute the loss of a language
/// model: values, advantages and PPO's own losses are not computed, value heads and kept answers are held and not used.
public final class PpoRoles implements AutoCloseable {
    private static final OptimizerSettings ADAM_W = new OptimizerSettings.AdamW(0.9, 0.95, 1e-8, 0);
    private static final double MAGNITUDE = 0.5;

    private final PpoJob job;
    private final Backend backend;
    private final MemoryAccount device;
    private final TensorArena arena;
    private final ResidentWeights base;
    private final Trained actor;
    private final Trained critic;
    private final Adapters reward;
    private final SplittableRandom random = new SplittableRandom(11);

    /// An adapter in training.
    private record Trained(Adapters adapters, Gradients gradients, Optimizer optimizer) {}

    /// @param model the frozen base, which stays with the caller
    /// @param device what everything is taken from
    public PpoRoles(PpoJob job, Backend backend, DecoderModel model, MemoryAccount device) {
        this.job = job;
        this.backend = backend;
        this.device = device;
        this.arena = new TensorArena(device, "roles");
        this.base = new ResidentWeights(backend, model, job.compute(), device);
        this.actor = trained(false);
        this.critic = trained(true);
        this.reward = adapters();
        valueHead();
        for (int row = 0; row < job.keptRows(); row++) {
            arena.matrix(DType.I32, 1, job.rowTokens());
            arena.matrix(DType.F32, 6, job.rowTokens());
        }
    }

    /// Adapters on all linear modules.
    public static Map<AdapterSite, Integer> ranks(DecoderSpec spec, int rank) {
        Map<AdapterSite, Integer> ranks = new HashMap<>();
        for (int layer = 0; layer < spec.layers(); layer++) {
            for (Module module : DecoderParameters.linearModules(spec)) {
                ranks.put(new AdapterSite(layer, module), rank);
            }
        }
        return ranks;
    }

    private List<Matrix> valueHead() {
        return List.of(arena.matrix(DType.F32, 1, job.spec().hidden()), arena.matrix(DType.F32, 1, 1));
    }

    private Adapters adapters() {
        Map<AdapterSite, LowRank> sites = new HashMap<>();
        job.adapterRanks().forEach((site, rank) -> {
            Matrix a = arena.matrix(DType.F32, rank, DecoderParameters.inputWidth(job.spec(), site.module()));
            Matrix b = arena.matrix(DType.F32, DecoderParameters.outputWidth(job.spec(), site.module()), rank);
            float[] values = new float[Math.toIntExact(a.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-MAGNITUDE, MAGNITUDE);
            }
            arena.put(values, a);
            sites.put(site, new LowRank(a, b, 1, 0));
        });
        return new Adapters(sites);
    }

    private Trained trained(boolean withValueHead) {
        Adapters adapters = adapters();
        List<Trainable> trainables = new ArrayList<>();
        Map<AdapterSite, LowRankGradient> gradients = new HashMap<>();
        adapters.sites().forEach((site, adapter) -> {
            Matrix da = like(adapter.a());
            Matrix db = like(adapter.b());
            gradients.put(site, new LowRankGradient(da, db));
            trainables.add(new Trainable(site + ".A", adapter.a(), da, WeightDecay.EXEMPT));
            trainables.add(new Trainable(site + ".B", adapter.b(), db, WeightDecay.EXEMPT));
        });
        if (withValueHead) {
            List<Matrix> values = valueHead();
            List<Matrix> head = valueHead();
            trainables.add(new Trainable("value.weight", values.get(0), head.get(0), WeightDecay.EXEMPT));
            trainables.add(new Trainable("value.bias", values.get(1), head.get(1), WeightDecay.EXEMPT));
        }
        return new Trained(
                adapters, new Gradients(Map.of(), gradients), Optimizer.of(ADAM_W, backend, trainables, arena));
    }

    private Matrix like(Matrix matrix) {
        return arena.matrix(DType.F32, matrix.rows(), matrix.columns());
    }

    /// The actor answers.
    ///
    /// @param whileHeld called when all is computed and nothing given back
    public void generate(Runnable whileHeld) {
        try (Generator generator = new Generator(
                backend, base.weights(), actor.adapters(), job.generatedTogether(), job.rowTokens(), device)) {
            List<int[]> prompts = new ArrayList<>();
            for (int row = 0; row < job.generatedTogether(); row++) {
                prompts.add(ids(job.promptTokens()));
            }
            List<Generator.Continuation> answers =
                    generator.generate(prompts, Sampling.GREEDY, job.newTokens(), Set.of(), (sequence, id) -> true);
            assertThat(answers).allMatch(answer -> answer.ids().length == job.newTokens());
            whileHeld.run();
        }
    }

    /// Forward with each role's adapter, then a step of actor and critic.
    ///
    /// @param whileHeld called when all is computed and nothing given back
    public void scoreAndTrain(Runnable whileHeld) {
        TrainingPass.Plan plan = new TrainingPass.Plan(
                job.microRows() * job.rowTokens(), job.microBatches(), job.retention(), actor.adapters(), Set.of());
        try (TrainingPass pass = new TrainingPass(backend, base.weights(), plan, device);
                TensorArena batches = new TensorArena(device, "batches")) {
            List<TokenBatch> step = new ArrayList<>();
            for (int mb = 0; mb < job.microBatches(); mb++) {
                step.add(batch(new TokenBatch.Buffers(job.microRows() * job.rowTokens(), batches)));
            }
            for (Adapters role : List.of(actor.adapters(), critic.adapters(), Adapters.NONE, reward)) {
                assertThat(pass.lossSum(step, role, null)).isPositive();
            }
            for (Trained role : List.of(actor, critic)) {
                double before = pass.lossAndGradients(step, role.adapters(), role.gradients(), 0);
                role.optimizer().step(1e-2, 1);
                assertThat(pass.lossSum(step, role.adapters(), null)).isNotEqualTo(before);
            }
            whileHeld.run();
        }
    }

    private int[] ids(int count) {
        int[] ids = new int[count];
        Arrays.setAll(ids, i -> (i + 1) % job.spec().vocabularySize());
        return ids;
    }

    private TokenBatch batch(TokenBatch.Buffers buffers) {
        int[] row = ids(job.rowTokens());
        int[] all = new int[job.microRows() * row.length];
        int[] next = new int[all.length];
        for (int i = 0; i < all.length; i++) {
            int at = i % row.length;
            all[i] = row[at];
            next[i] = at + 1 < row.length ? row[at + 1] : LossKernels.IGNORED;
        }
        int[] lengths = new int[job.microRows()];
        Arrays.fill(lengths, row.length);
        return buffers.fill(all, next, lengths);
    }

    @Override
    public void close() {
        base.close();
        arena.close();
    }
}
