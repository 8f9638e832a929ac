package dev.gantry.lora.bench;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.train.Trainee;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// Adapters on PEFT's default targets of a model that has no name, to measure training with.
final class BenchTrainee implements Trainee {
    private static final double MAGNITUDE = 0.03;

    private final ModelWeights weights;
    private final TensorArena arena;
    private final Map<AdapterSite, LowRank> sites = new HashMap<>();
    private final Map<AdapterSite, Gradients.LowRankGradient> places = new HashMap<>();
    private final List<Trainable> trainables = new ArrayList<>();

    /// @param weights stay with the caller
    /// @param device where adapters and gradients lie
    BenchTrainee(ModelWeights weights, int rank, SplittableRandom random, MemoryAccount device) {
        this.weights = weights;
        this.arena = new TensorArena(device, "adapters and gradients");
        DecoderSpec spec = weights.spec();
        for (AdapterSite site : sites(spec)) {
            Matrix a = arena.matrix(DType.F32, rank, DecoderParameters.inputWidth(spec, site.module()));
            Matrix b = arena.matrix(DType.F32, DecoderParameters.outputWidth(spec, site.module()), rank);
            float[] values = new float[Math.toIntExact(a.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-MAGNITUDE, MAGNITUDE);
            }
            arena.put(values, a);
            Matrix da = arena.matrix(DType.F32, a.rows(), a.columns());
            Matrix db = arena.matrix(DType.F32, b.rows(), b.columns());
            sites.put(site, new LowRank(a, b, 2, 0));
            places.put(site, new Gradients.LowRankGradient(da, db));
            trainables.add(new Trainable(site + " A", a, da, Trainable.WeightDecay.APPLIED));
            trainables.add(new Trainable(site + " B", b, db, Trainable.WeightDecay.APPLIED));
        }
    }

    /// Where PEFT puts adapters when it is not told: on q and v, or on what holds them.
    static List<AdapterSite> sites(DecoderSpec spec) {
        List<Module> targets = switch (spec.attention().projection()) {
            case SEPARATE -> List.of(Module.QUERY, Module.VALUE);
            case CONCATENATED, PER_HEAD -> List.of(Module.QUERY_KEY_VALUE);
        };
        List<AdapterSite> sites = new ArrayList<>();
        for (int layer = 0; layer < spec.layers(); layer++) {
            for (Module module : targets) {
                sites.add(new AdapterSite(layer, module));
            }
        }
        return sites;
    }

    @Override
    public ModelWeights weights() {
        return weights;
    }

    @Override
    public Adapters adapters() {
        return new Adapters(sites);
    }

    @Override
    public Gradients gradients() {
        return new Gradients(Map.of(), places);
    }

    @Override
    public List<Trainable> trainables() {
        return Collections.unmodifiableList(trainables);
    }

    @Override
    public SequencedMap<String, Tensor> tensors() {
        return new LinkedHashMap<>(); // nothing is saved
    }

    @Override
    public void refresh() {
        // adapters are used as they are
    }

    @Override
    public long allocations() {
        return arena.allocations();
    }

    @Override
    public void close() {
        arena.close();
    }
}
