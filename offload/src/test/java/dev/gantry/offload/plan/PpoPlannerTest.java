package dev.gantry.offload.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.optim.Optimizer;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.Gradients.LowRankGradient;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.plan.PpoPlanner.Weights;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The four roles of PPO are made and run with the passes of the plan: what they take is what was planned, to the byte.
class PpoPlannerTest {
    private static final int RANK = 2;
    private static final OptimizerSettings ADAM_W = new OptimizerSettings.AdamW(0.9, 0.95, 1e-8, 0);

    @ParameterizedTest
    @CsvSource({"gpt2, F32, BOUNDARY", "gpt2, BF16, EVERYTHING", "llama-gqa, BF16, BOUNDARY", "bloom, F32, EVERYTHING"})
    void rolesTakeWhatIsPlanned_toTheByte(String family, ComputeType compute, Retention retention) {
        DecoderSpec spec = Objects.requireNonNull(TinyDecoders.all().get(family));
        PpoJob job = new PpoJob(spec, DType.BF16, compute, ranks(spec), 5, 4, 2, 1, 2, 3, retention);
        try (CpuBackend backend = new CpuBackend(1)) {
            RolesPlan plan = new PpoPlanner(backend).plan(job, Weights.ONE_BASE);
            MemoryAccount device = MemoryAccount.unlimited("device");
            try (Roles roles = new Roles(job, backend, device)) {
                assertThat(device.heldBytes()).isEqualTo(plan.heldBytes());
                roles.generate();
                assertThat(device.peakBytes())
                        .isEqualTo(plan.heldBytes() + plan.phases().get(0).bytes());
                roles.scoreAndTrain();
                assertThat(device.peakBytes()).isEqualTo(plan.bytes());
            }
            assertThat(device.heldBytes()).isZero();
        }
    }

    private static Map<AdapterSite, Integer> ranks(DecoderSpec spec) {
        Map<AdapterSite, Integer> ranks = new HashMap<>();
        for (int layer = 0; layer < spec.layers(); layer++) {
            for (Module module : DecoderParameters.linearModules(spec)) {
                ranks.put(new AdapterSite(layer, module), RANK);
            }
        }
        return ranks;
    }

    /// What holds the memory of the four roles.
    private static final class Roles implements AutoCloseable {
        private final PpoJob job;
        private final CpuBackend backend;
        private final MemoryAccount device;
        private final TensorArena arena;
        private final TensorArena stored;
        private final ResidentWeights base;
        private final Trained actor;
        private final Trained critic;
        private final Adapters reward;

        /// An adapter in training.
        private record Trained(Adapters adapters, Gradients gradients, Optimizer optimizer) {}

        Roles(PpoJob job, CpuBackend backend, MemoryAccount device) {
            this.job = job;
            this.backend = backend;
            this.device = device;
            this.arena = new TensorArena(device, "roles");
            this.stored = new TensorArena();
            DecoderModel model = stored(job.spec());
            // what files hold counts without gaps
            model.parameters().values().forEach(tensor -> device.reserve("files", tensor.bytes()));
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

        private DecoderModel stored(DecoderSpec spec) {
            try (TensorArena wide = new TensorArena()) {
                Map<ParameterId, Tensor> narrow = new HashMap<>();
                TinyDecoders.random(spec, new Random(7), wide).parameters().forEach((id, tensor) -> {
                    Tensor copy = stored.allocate(DType.BF16, tensor.shape().toArray());
                    backend.elements().copy(tensor.matrix(), copy.matrix());
                    narrow.put(id, copy);
                });
                return new DecoderModel(spec, narrow);
            }
        }

        private List<Matrix> valueHead() {
            return List.of(arena.matrix(DType.F32, 1, job.spec().hidden()), arena.matrix(DType.F32, 1, 1));
        }

        private Adapters adapters() {
            Random random = new Random(11);
            Map<AdapterSite, LowRank> sites = new HashMap<>();
            job.adapterRanks().forEach((site, rank) -> {
                Matrix a = arena.matrix(DType.F32, rank, DecoderParameters.inputWidth(job.spec(), site.module()));
                Matrix b = arena.matrix(DType.F32, DecoderParameters.outputWidth(job.spec(), site.module()), rank);
                for (long i = 0; i < a.elements(); i++) {
                    a.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
                }
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

        void generate() {
            try (Generator generator = new Generator(
                    backend, base.weights(), actor.adapters(), job.generatedTogether(), job.rowTokens(), device)) {
                List<int[]> prompts = new ArrayList<>();
                for (int row = 0; row < job.generatedTogether(); row++) {
                    prompts.add(new int[] {1, 2, 3, 4, 5});
                }
                List<Generator.Continuation> answers =
                        generator.generate(prompts, Sampling.GREEDY, job.newTokens(), Set.of(), (sequence, id) -> true);
                assertThat(answers).allMatch(answer -> answer.ids().length == job.newTokens());
            }
        }

        void scoreAndTrain() {
            TrainingPass.Plan plan = new TrainingPass.Plan(
                    job.microRows() * job.rowTokens(), job.microBatches(), job.retention(), actor.adapters(), Set.of());
            try (TrainingPass pass = new TrainingPass(backend, base.weights(), plan, device);
                    TensorArena batches = new TensorArena(device, "batches")) {
                List<TokenBatch> step = new ArrayList<>();
                for (int mb = 0; mb < job.microBatches(); mb++) {
                    step.add(batch(new TokenBatch.Buffers(job.rowTokens(), batches)));
                }
                for (Adapters role : List.of(actor.adapters(), critic.adapters(), Adapters.NONE, reward)) {
                    assertThat(pass.lossSum(step, role, null)).isPositive();
                }
                for (Trained role : List.of(actor, critic)) {
                    double before = pass.lossAndGradients(step, role.adapters(), role.gradients(), 0);
                    role.optimizer().step(1e-2, 1);
                    assertThat(pass.lossSum(step, role.adapters(), null)).isNotEqualTo(before);
                }
            }
        }

        private TokenBatch batch(TokenBatch.Buffers buffers) {
            int[] ids = new int[job.rowTokens()];
            Arrays.setAll(ids, i -> i % job.spec().vocabularySize());
            int[] next = new int[ids.length];
            Arrays.setAll(next, i -> i + 1 < ids.length ? ids[i + 1] : LossKernels.IGNORED);
            return buffers.fill(ids, next, ids.length);
        }

        @Override
        public void close() {
            base.close();
            arena.close();
            stored.close();
            device.release("files", device.snapshot().owners().getOrDefault("files", 0L));
        }
    }
}
