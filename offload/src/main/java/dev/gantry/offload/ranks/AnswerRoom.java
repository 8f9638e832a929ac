package dev.gantry.offload.ranks;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.engine.pass.LinearWeights;
import dev.gantry.engine.pass.NormWeights;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.ranks.TrainedTensor.Slot;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Room on the first rank's card for what it needs of the others to answer, where blocks are dealt: one of their blocks
/// at a time, a part of the head, and all that is small.
///
/// @param block one block
/// @param head compute `(rows of the largest part, embeddingDim)`
/// @param parameters of what lies behind the blocks, without the head
/// @param matrices of adapters at blocks of others, by site: A and B
record AnswerRoom(
        LayerWeights block, Matrix head, Map<ParameterId, Matrix> parameters, Map<AdapterSite, LowRankRoom> matrices) {

    /// Room for an adapter.
    record LowRankRoom(Matrix a, Matrix b) {}

    /// @param own a block of the first rank: all blocks are alike
    static AnswerRoom allocate(RankedJob job, LayerWeights own, TensorArena arena) {
        HeadBlocks parts = HeadBlocks.of(job.spec());
        Matrix head =
                arena.matrix(job.compute().dtype(), parts.rows(0), job.spec().embeddingDim());
        Map<ParameterId, Matrix> parameters = new HashMap<>();
        for (ParameterSpec parameter : DecoderParameters.of(job.spec())) {
            Module module = parameter.id().module();
            if (!module.isInLayer() && !module.isInFront() && module != Module.HEAD) {
                parameters.put(parameter.id(), room(job, parameter, arena));
            }
        }
        return new AnswerRoom(like(own, arena), head, parameters, adapters(job, arena));
    }

    private static Matrix room(RankedJob job, ParameterSpec parameter, TensorArena arena) {
        boolean multiplied =
                parameter.id().module().isLinear() && parameter.id().part() == ParameterId.Part.WEIGHT;
        int columns = Math.toIntExact(parameter.shape().extent(-1));
        int rows = Math.toIntExact(parameter.shape().elements() / columns);
        return arena.matrix(multiplied ? job.compute().dtype() : DType.F32, rows, columns);
    }

    private static LayerWeights like(LayerWeights own, TensorArena arena) {
        Map<Module, LinearWeights> linears = new EnumMap<>(Module.class);
        own.linears().forEach((module, linear) -> {
            Matrix bias = linear.bias();
            linears.put(
                    module,
                    new LinearWeights(
                            like(linear.weight(), arena), bias == null ? null : like(bias, arena), null, null));
        });
        Map<Module, NormWeights> norms = new EnumMap<>(Module.class);
        own.norms().forEach((module, norm) -> {
            Matrix bias = norm.bias();
            norms.put(module, new NormWeights(like(norm.weight(), arena), bias == null ? null : like(bias, arena)));
        });
        return new LayerWeights(own.layer(), linears, norms);
    }

    private static Matrix like(Matrix matrix, TensorArena arena) {
        return arena.matrix(matrix.dtype(), matrix.rows(), matrix.columns());
    }

    private static Map<AdapterSite, LowRankRoom> adapters(RankedJob job, TensorArena arena) {
        Map<AdapterSite, Matrix> as = new HashMap<>();
        Map<AdapterSite, LowRankRoom> rooms = new HashMap<>();
        for (TrainedTensor tensor : job.tensors()) {
            if (job.span(0).contains(tensor.slot().layer())) {
                continue;
            }
            switch (tensor.slot()) {
                case Slot.LowRankA a -> as.put(a.site(), arena.matrix(DType.F32, tensor.rows(), tensor.columns()));
                case Slot.LowRankB b -> {
                    Matrix a = Objects.requireNonNull(as.get(b.site()), () -> "no A of the adapter at " + b.site());
                    rooms.put(b.site(), new LowRankRoom(a, arena.matrix(DType.F32, tensor.rows(), tensor.columns())));
                }
                case Slot.Parameter _ -> {}
            }
        }
        return rooms;
    }

    Matrix parameter(ParameterId id) {
        return Objects.requireNonNull(parameters.get(id), id::toString);
    }

    @Nullable
    LowRankRoom adapter(AdapterSite site) {
        return matrices.get(site);
    }
}
