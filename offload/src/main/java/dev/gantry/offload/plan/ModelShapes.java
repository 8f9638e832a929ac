package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.ChunkLayout;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.frozen.FrozenPlan.Waiting;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.offload.io.AlignedSpan;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A model as shapes alone, and what its parts take however they are laid out.
///
/// @param stored element type of each parameter in the checkpoint
record ModelShapes(DecoderSpec spec, Map<ParameterId, DType> stored, ComputeType compute) {

    /// A block as kernels read it.
    ChunkLayout ready() {
        return ChunkLayout.ready(spec, compute);
    }

    /// A block as it waits in host memory.
    ChunkLayout waiting(int layer, Waiting how) {
        return switch (how) {
            case NARROW -> ChunkLayout.wire(spec, layer, compute, this::stored);
            case READY -> ready();
        };
    }

    /// The largest block as it waits in host memory.
    long waitingBytes(Waiting how) {
        long most = 0;
        for (int layer = 0; layer < spec.layers(); layer++) {
            most = Math.max(most, waiting(layer, how).bytes());
        }
        return most;
    }

    /// What one block moves from where it lives to the device, as loaders count it.
    long movedBytes(FrozenPlan plan, int layer) {
        ChunkLayout waiting = waiting(layer, plan.waiting());
        if (plan.homes().get(layer) == Tier.HOST) {
            return waiting.payloadBytes();
        }
        if (plan.reading().relaid() == null) {
            return storedBytes(layer);
        }
        ChunkLayout laid = waiting(layer, Waiting.NARROW);
        return laid.equals(ready()) ? laid.bytes() : laid.payloadBytes();
    }

    /// Whether a block that waits in host memory can be computed where it lies.
    boolean isReady(int layer, Waiting how) {
        return waiting(layer, how).equals(ready());
    }

    /// The head as it waits in host memory.
    private DType waitingHead(Waiting how) {
        DType type = stored(DecoderParameters.head(spec));
        return how == Waiting.NARROW && type.bytes() < compute.dtype().bytes() ? type : compute.dtype();
    }

    /// Whether the head can be computed where it waits.
    boolean isHeadReady(Waiting how) {
        return waitingHead(how) == compute.dtype();
    }

    long headBytes(Waiting how) {
        return (long) spec.vocabularySize()
                * spec.embeddingDim()
                * waitingHead(how).bytes();
    }

    /// What one block of the head moves from where it lives to the device, as loaders count it.
    long movedHeadBytes(FrozenPlan plan, int block) {
        long elements = (long) HeadBlocks.of(spec).rows(block) * spec.embeddingDim();
        if (plan.head().home() == Tier.HOST) {
            return elements * waitingHead(plan.waiting()).bytes();
        }
        if (plan.reading().relaid() == null) {
            return elements * stored(DecoderParameters.head(spec)).bytes();
        }
        long laid = elements * waitingHead(Waiting.NARROW).bytes();
        return isHeadReady(Waiting.NARROW) ? AlignedSpan.roundUp(laid) : laid;
    }

    /// A block as the checkpoint stores it.
    long storedBytes(int layer) {
        return DecoderParameters.ofLayer(spec, layer).stream()
                .mapToLong(parameter ->
                        parameter.shape().elements() * stored(parameter.id()).bytes())
                .sum();
    }

    long storedHeadBytes() {
        return (long) spec.vocabularySize()
                * spec.embeddingDim()
                * stored(DecoderParameters.head(spec)).bytes();
    }

    /// Embedding tables as the checkpoint stores them.
    long tableBytes() {
        return DecoderParameters.of(spec).stream()
                .filter(parameter -> isTable(parameter.id()))
                .mapToLong(parameter ->
                        parameter.shape().elements() * stored(parameter.id()).bytes())
                .sum();
    }

    static boolean isTable(ParameterId id) {
        return id.module() == Module.TOKEN_EMBEDDING || id.module() == Module.POSITION_EMBEDDING;
    }

    /// The type a parameter is computed in; null where any will do.
    @Nullable
    DType needed(ParameterId id) {
        boolean tiedHead = id.module() == Module.TOKEN_EMBEDDING && spec.head() == DecoderSpec.Head.TIED;
        if (id.part() == ParameterId.Part.WEIGHT && (id.module().isLinear() || tiedHead)) {
            return compute.dtype();
        }
        return isTable(id) ? null : DType.F32;
    }

    /// Bytes of the largest parameter that is not computed with as it is held.
    ///
    /// @param overlaid parameters that are held in f32
    long convertedBytes(Set<ParameterId> overlaid) {
        long most = 0;
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            ParameterId id = parameter.id();
            DType held = overlaid.contains(id) ? DType.F32 : stored.get(id);
            DType needed = needed(id);
            if (held != null && needed != null && held != needed) {
                most = Math.max(most, parameter.shape().elements() * held.bytes());
            }
        }
        return most;
    }

    /// The model without memory.
    ///
    /// @param trained parameters that are held in f32 beside it
    StoredModel withoutMemory(Set<ParameterId> trained) {
        try (TensorArena shapes = TensorArena.measuring()) {
            Map<ParameterId, Tensor> tensors = new HashMap<>();
            for (ParameterSpec parameter : DecoderParameters.of(spec)) {
                ParameterId id = parameter.id();
                DType type = trained.contains(id) ? DType.F32 : stored(id);
                tensors.put(id, shapes.allocate(type, parameter.shape().toArray()));
            }
            return new StoredModel(new DecoderModel(spec, tensors), Map.of(), trained);
        }
    }

    DType stored(ParameterId id) {
        return stored.getOrDefault(id, DType.F32);
    }

    /// Adapters without memory.
    Adapters adapters(Map<AdapterSite, Integer> ranks, float dropout) {
        try (TensorArena shapes = TensorArena.measuring()) {
            return adapters(ranks, dropout, shapes);
        }
    }

    /// Bytes of the f32 matrices of adapters.
    long adapterBytes(Map<AdapterSite, Integer> ranks) {
        try (TensorArena shapes = TensorArena.measuring()) {
            adapters(ranks, 0, shapes);
            return shapes.allocatedBytes();
        }
    }

    /// Bytes of f32 copies of some parameters.
    long f32Bytes(Set<ParameterId> ids) {
        return DecoderParameters.of(spec).stream()
                .filter(parameter -> ids.contains(parameter.id()))
                .mapToLong(parameter -> TensorArena.roundedBytes(DType.F32, parameter.shape()))
                .sum();
    }

    private Adapters adapters(Map<AdapterSite, Integer> ranks, float dropout, TensorArena arena) {
        Map<AdapterSite, LowRank> sites = new HashMap<>();
        ranks.forEach((site, rank) -> {
            int in = DecoderParameters.inputWidth(spec, site.module());
            int out = DecoderParameters.outputWidth(spec, site.module());
            sites.put(
                    site,
                    new LowRank(arena.matrix(DType.F32, rank, in), arena.matrix(DType.F32, out, rank), 1, dropout));
        });
        return new Adapters(sites);
    }
}
