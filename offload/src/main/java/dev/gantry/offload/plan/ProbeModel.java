package dev.gantry.offload.plan;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Weights, adapters, gradients and tokens to time kernels with. Blocks share their weights, as only their reading
/// takes time.
final class ProbeModel {
    private static final float MAGNITUDE = 0.02f;
    /// Optimizers are timed on no more of a tensor: beyond the caches a rate is a rate.
    private static final int MOST_UPDATED_ELEMENTS = 1 << 20;

    private final Backend backend;
    private final TensorArena arena;
    private final DecoderModel model;
    private final Adapters adapters;
    private final Gradients gradients;
    private final TokenBatch batch;
    private final List<Trainable> trainables = new ArrayList<>();

    /// @param arena owns all memory
    ProbeModel(Backend backend, TrainingJob job, TensorArena arena) {
        this.backend = backend;
        this.arena = arena;
        this.model = new DecoderModel(job.spec(), weights(job));
        Map<AdapterSite, LowRank> sites = new HashMap<>();
        Map<AdapterSite, Gradients.LowRankGradient> low = new HashMap<>();
        job.adapterRanks().forEach((site, rank) -> {
            int in = DecoderParameters.inputWidth(job.spec(), site.module());
            int out = DecoderParameters.outputWidth(job.spec(), site.module());
            LowRank adapter = new LowRank(random(rank, in), random(out, rank), 1, job.adapterDropout());
            Matrix da = trained(adapter.a());
            sites.put(site, adapter);
            low.put(site, new Gradients.LowRankGradient(da, trained(adapter.b())));
        });
        this.adapters = new Adapters(sites);
        Map<ParameterId, Matrix> whole = new HashMap<>();
        Map<ParameterId, Matrix> shared = new HashMap<>();
        for (ParameterId id : job.trained()) {
            Tensor weight = model.parameter(id);
            whole.put(id, shared.computeIfAbsent(ofFirstLayer(id), first -> {
                int columns = weight.matrix().columns();
                return trained(arena.matrix(DType.F32, weight.matrix().rows(), columns));
            }));
        }
        this.gradients = new Gradients(whole, low);
        this.batch = batch(job);
    }

    private Map<ParameterId, Tensor> weights(TrainingJob job) {
        Map<ParameterId, Tensor> tensors = new HashMap<>();
        DecoderSpec spec = job.spec();
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            Tensor tensor = tensors.computeIfAbsent(ofFirstLayer(parameter.id()), first -> {
                DType type = type(job.compute(), parameter);
                return filled(arena.allocate(type, parameter.shape().toArray()));
            });
            tensors.put(parameter.id(), tensor);
        }
        return tensors;
    }

    private static ParameterId ofFirstLayer(ParameterId id) {
        return id.layer() > 0 ? new ParameterId(0, id.module(), id.part()) : id;
    }

    private static DType type(ComputeType compute, ParameterSpec parameter) {
        Module module = parameter.id().module();
        boolean matrix = parameter.shape().rank() == 2 && module != Module.POSITION_EMBEDDING;
        return matrix ? compute.dtype() : DType.F32;
    }

    /// Norms and biases get ones; the rest two values in no order.
    private Tensor filled(Tensor tensor) {
        Matrix matrix = tensor.matrix();
        if (tensor.shape().rank() == 1) {
            backend.elements().fill(matrix, 1);
        } else {
            scatter(matrix);
        }
        return tensor;
    }

    /// As far below nought as above it, as weights are: rows of one sign would make scores so far apart that the
    /// softmax leaves numbers which processors are tens of times slower with, and rows of one value gradients of
    /// nothing.
    private void scatter(Matrix matrix) {
        try (TensorArena scratch = new TensorArena(backend.unlimited(), "probe")) {
            Matrix twice = scratch.matrix(matrix.dtype(), matrix.rows(), matrix.columns());
            backend.elements().fill(twice, MAGNITUDE);
            backend.elements().dropout(twice, 0.5f, matrix.elements(), twice);
            backend.elements().fill(matrix, -MAGNITUDE);
            backend.elements().add(1, twice, matrix);
            backend.synchronize();
        }
    }

    private Matrix random(int rows, int columns) {
        Matrix matrix = arena.matrix(DType.F32, rows, columns);
        scatter(matrix);
        return matrix;
    }

    /// @return where the gradient of a tensor goes
    private Matrix trained(Matrix value) {
        Matrix gradient = arena.matrix(DType.F32, value.rows(), value.columns());
        int rows = Math.clamp(MOST_UPDATED_ELEMENTS / Math.max(1, value.columns()), 1, value.rows());
        trainables.add(new Trainable(
                "probe " + trainables.size(),
                value.rows(0, rows),
                gradient.rows(0, rows),
                Trainable.WeightDecay.APPLIED));
        return gradient;
    }

    private TokenBatch batch(TrainingJob job) {
        int tokens = job.microBatchTokens();
        int[] ids = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            ids[i] = (int) (i * 7919L % job.spec().vocabularySize());
        }
        int longest = Math.min(job.spec().maxPositions(), (int) Math.ceil(job.sequenceTokens()));
        int[] lengths = new int[(tokens + longest - 1) / longest];
        Arrays.fill(lengths, longest);
        lengths[lengths.length - 1] = tokens - longest * (lengths.length - 1);
        return new TokenBatch.Buffers(tokens, arena).fill(ids, ids, lengths);
    }

    DecoderModel model() {
        return model;
    }

    Adapters adapters() {
        return adapters;
    }

    Gradients gradients() {
        return gradients;
    }

    TokenBatch batch() {
        return batch;
    }

    List<Trainable> trainables() {
        return List.copyOf(trainables);
    }
}
