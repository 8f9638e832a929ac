package dev.gantry.offload.ranks;

import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.MatmulChoice;
import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.AttentionSpec.QkvProjection;
import dev.gantry.engine.decoder.Bias;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.NormSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.ranks.RankedJob.AdapterSettings;
import dev.gantry.offload.ranks.RankedJob.Base;
import dev.gantry.offload.ranks.TrainedTensor.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;

/// A small job with random weights and data, made anew from its seed for every run: by one rank in the ordinary way,
/// or by several.
record TrainingCase(
        DecoderSpec spec,
        ComputeType compute,
        Trains trains,
        OptimizerSettings optimizer,
        int microBatches,
        double maxGradientNorm,
        Retention retention,
        MatmulChoice kernels) {
    static final long SEED = 20_261_125;
    static final int MAX_TOKENS = 12;
    static final double LEARNING_RATE = 0.01;
    static final OptimizerSettings ADAM_W = new OptimizerSettings.AdamW(0.9, 0.95, 1e-8, 0.1);

    /// What is trained.
    enum Trains {
        EVERYTHING,
        ADAPTERS,
        ADAPTERS_AND_SOME_PARAMETERS
    }

    static TrainingCase of(String family, ComputeType compute, Trains trains, int microBatches, double maxNorm) {
        DecoderSpec spec = TinyDecoders.withLayers(
                Objects.requireNonNull(TinyDecoders.all().get(family)), 3);
        Retention retention = microBatches % 2 == 0 ? Retention.BOUNDARY : Retention.EVERYTHING;
        return new TrainingCase(spec, compute, trains, ADAM_W, microBatches, maxNorm, retention, MatmulChoice.VECTOR);
    }

    /// Large enough that tensors are cut.
    static TrainingCase wide(ComputeType compute, MatmulChoice kernels) {
        AttentionSpec attention =
                new AttentionSpec(3, 3, 64, 0.125f, 0, QkvProjection.CONCATENATED, Bias.PRESENT, Bias.PRESENT);
        DecoderSpec spec = new DecoderSpec(
                301,
                192,
                192,
                3,
                16,
                new PositionSpec.Learned(16, 0),
                new NormSpec(NormSpec.Kind.LAYER_NORM, 1e-5f, NormSpec.Placement.PRE),
                attention,
                new MlpSpec(400, Activation.GELU_TANH, MlpSpec.Gating.PLAIN, Bias.PRESENT),
                DecoderSpec.EmbeddingNorm.ABSENT,
                DecoderSpec.FinalNorm.PRESENT,
                DecoderSpec.Head.TIED,
                DecoderSpec.LinearLayout.IN_OUT);
        return new TrainingCase(spec, compute, Trains.EVERYTHING, ADAM_W, 5, 0.5, Retention.BOUNDARY, kernels);
    }

    TrainingCase with(OptimizerSettings other) {
        return new TrainingCase(spec, compute, trains, other, microBatches, maxGradientNorm, retention, kernels);
    }

    TrainingCase with(MatmulChoice other) {
        return new TrainingCase(spec, compute, trains, optimizer, microBatches, maxGradientNorm, retention, other);
    }

    /// What a run starts from.
    ///
    /// @param values of the trained tensors in their order
    record Start(
            DecoderModel model,
            Adapters adapters,
            List<TrainedTensor> tensors,
            SequencedMap<String, Matrix> values,
            List<List<TokenBatch>> steps) {}

    Start start(TensorArena arena, int steps) {
        Random random = new Random(SEED);
        DecoderModel model = TinyDecoders.random(spec, random, arena);
        Adapters adapters =
                trains == Trains.EVERYTHING ? Adapters.NONE : TinyDecoders.adapters(spec, 2, 0.25f, random, arena);
        List<TrainedTensor> tensors = new ArrayList<>();
        SequencedMap<String, Matrix> values = new LinkedHashMap<>();
        sites(adapters).forEach(site -> {
            var adapter = Objects.requireNonNull(adapters.at(site.layer(), site.module()));
            add(tensors, values, site + ".A", new Slot.LowRankA(site), adapter.a(), WeightDecay.APPLIED);
            add(tensors, values, site + ".B", new Slot.LowRankB(site), adapter.b(), WeightDecay.APPLIED);
        });
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            ParameterId id = parameter.id();
            if (trainedParameters().contains(id)) {
                WeightDecay decay = parameter.shape().rank() > 1 ? WeightDecay.APPLIED : WeightDecay.EXEMPT;
                add(
                        tensors,
                        values,
                        id.toString(),
                        new Slot.Parameter(id),
                        model.parameter(id).matrix(),
                        decay);
            }
        }
        List<List<TokenBatch>> batches = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            batches.add(batches(random, arena));
        }
        return new Start(model, adapters, tensors, values, batches);
    }

    private static List<AdapterSite> sites(Adapters adapters) {
        return adapters.sites().keySet().stream()
                .sorted(Comparator.comparingInt(AdapterSite::layer).thenComparing(AdapterSite::module))
                .toList();
    }

    private static void add(
            List<TrainedTensor> tensors,
            Map<String, Matrix> values,
            String name,
            Slot slot,
            Matrix value,
            WeightDecay decay) {
        tensors.add(new TrainedTensor(name, slot, value.rows(), value.columns(), decay));
        values.put(name, value);
    }

    Set<ParameterId> trainedParameters() {
        List<ParameterId> all =
                DecoderParameters.of(spec).stream().map(ParameterSpec::id).toList();
        return switch (trains) {
            case EVERYTHING -> Set.copyOf(all);
            case ADAPTERS -> Set.of();
            case ADAPTERS_AND_SOME_PARAMETERS ->
                Set.copyOf(all.stream()
                        .filter(id -> id.module() == Module.TOKEN_EMBEDDING
                                || id.module() == Module.FINAL_NORM
                                || (id.layer() == 1 && id.module() == Module.ATTENTION_OUTPUT)
                                || (id.layer() == 2 && id.module() == Module.MLP_NORM))
                        .toList());
        };
    }

    RankedJob job(Start start, ZeroStage stage) {
        return job(start, new RankedJob.Division.ByMicroBatches(stage));
    }

    RankedJob job(Start start, RankedJob.Division division) {
        Map<AdapterSite, AdapterSettings> settings = new HashMap<>();
        start.adapters()
                .sites()
                .forEach(
                        (site, adapter) -> settings.put(site, new AdapterSettings(adapter.scale(), adapter.dropout())));
        Base base = trains == Trains.EVERYTHING ? new Base.AllTrained() : new Base.Frozen(start.model(), settings);
        return new RankedJob(
                spec,
                compute,
                start.tensors(),
                base,
                division,
                optimizer,
                maxGradientNorm,
                new RankedJob.Extent(MAX_TOKENS, microBatches, retention, true));
    }

    /// Micro-batches of different lengths, some of several sequences; one has no label at all.
    private List<TokenBatch> batches(Random random, TensorArena arena) {
        List<TokenBatch> batches = new ArrayList<>();
        for (int mb = 0; mb < microBatches; mb++) {
            int first = 1 + random.nextInt(MAX_TOKENS / 2);
            int second = 1 + random.nextInt(MAX_TOKENS / 2);
            int[] ids = random.ints(first + second, 0, spec.vocabularySize()).toArray();
            int[] next = random.ints(first + second, 0, spec.vocabularySize()).toArray();
            next[first - 1] = LossKernels.IGNORED;
            if (mb == 1) {
                Arrays.fill(next, LossKernels.IGNORED);
            }
            batches.add(new TokenBatch.Buffers(MAX_TOKENS, arena).fill(ids, next, first, second));
        }
        return batches;
    }

    static Matrix like(Matrix matrix, TensorArena arena) {
        return arena.matrix(DType.F32, matrix.rows(), matrix.columns());
    }
}
