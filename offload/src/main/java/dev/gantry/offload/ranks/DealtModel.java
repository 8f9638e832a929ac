package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Fabric;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.HeadSource;
import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.engine.pass.LinearWeights;
import dev.gantry.engine.pass.LowRank;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.NormWeights;
import dev.gantry.engine.tensor.Matrix;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A model whose blocks are dealt to several ranks, as the first of them answers with it between steps. Where ranks
/// share memory, it is read where it lies; a card fetches a block of another when it comes to it.
final class DealtModel {
    private final RankedJob job;
    private final List<RankModel> models;
    private final Fabric fabric;
    private final @Nullable AnswerRoom room;

    /// @param models of all ranks
    /// @param room on the first rank's card; null where ranks share memory
    DealtModel(RankedJob job, List<RankModel> models, Fabric fabric, @Nullable AnswerRoom room) {
        this.job = job;
        this.models = List.copyOf(models);
        this.fabric = fabric;
        this.room = room;
    }

    /// As it is now, until the next step.
    ModelWeights weights() {
        ModelWeights first = models.getFirst().weights();
        ModelWeights last = models.getLast().weights();
        Map<Module, LinearWeights> linears = new EnumMap<>(Module.class);
        first.linears().forEach((module, linear) -> put(linears, module, linear));
        last.linears().forEach((module, linear) -> {
            if (!module.isInFront()) {
                linears.put(module, room == null ? linear : fetched(linear, behind(module, linear.bias(), room)));
            }
        });
        Map<Module, NormWeights> norms = new EnumMap<>(Module.class);
        first.norms().forEach((module, norm) -> put(norms, module, norm));
        last.norms().forEach((module, norm) -> {
            if (!module.isInFront()) {
                norms.put(module, room == null ? norm : fetched(norm, normBehind(module, norm.bias(), room)));
            }
        });
        return new ModelWeights(
                first.spec(),
                first.computeType(),
                first.embeddings(),
                linears,
                norms,
                room == null ? last.head() : new FetchedHead(last.head(), room.head()),
                new Blocks());
    }

    private static <T> void put(Map<Module, T> modules, Module module, T weights) {
        if (module.isInFront()) {
            modules.put(module, weights);
        }
    }

    private static LinearWeights behind(Module module, @Nullable Matrix bias, AnswerRoom room) {
        return new LinearWeights(
                room.parameter(ParameterId.weight(module)),
                bias == null ? null : room.parameter(ParameterId.bias(module)),
                null,
                null);
    }

    private static NormWeights normBehind(Module module, @Nullable Matrix bias, AnswerRoom room) {
        return new NormWeights(
                room.parameter(ParameterId.weight(module)),
                bias == null ? null : room.parameter(ParameterId.bias(module)));
    }

    /// The adapters of all ranks as they are now, until the next step.
    Adapters adapters() {
        Map<AdapterSite, LowRank> sites =
                new HashMap<>(models.getFirst().adapters().sites());
        for (RankModel other : models.subList(1, models.size())) {
            other.adapters().sites().forEach((site, adapter) -> sites.put(site, near(site, adapter)));
        }
        return new Adapters(sites);
    }

    private LowRank near(AdapterSite site, LowRank far) {
        if (room == null) {
            return far;
        }
        AnswerRoom.LowRankRoom place = Objects.requireNonNull(room.adapter(site), site::toString);
        fetch(far.a(), place.a());
        fetch(far.b(), place.b());
        return new LowRank(place.a(), place.b(), far.scale(), far.dropout());
    }

    private LinearWeights fetched(LinearWeights far, LinearWeights near) {
        fetch(far.weight(), near.weight());
        fetchBias(far.bias(), near.bias());
        return near;
    }

    private NormWeights fetched(NormWeights far, NormWeights near) {
        fetch(far.weight(), near.weight());
        fetchBias(far.bias(), near.bias());
        return near;
    }

    private void fetchBias(@Nullable Matrix far, @Nullable Matrix near) {
        if (far != null && near != null) {
            fetch(far, near);
        }
    }

    private void fetch(Matrix far, Matrix near) {
        fabric.copy(0, far.contents(), near.contents());
    }

    /// Blocks from whoever has them.
    private final class Blocks implements LayerSource {
        private static final int NOTHING = -1;

        private int held = NOTHING; // in the room for a block

        @Override
        public LayerWeights acquire(int layer) {
            LayerSource owner = owner(layer);
            if (room == null || job.span(0).contains(layer)) {
                return owner.acquire(layer);
            }
            LayerWeights near =
                    new LayerWeights(layer, room.block().linears(), room.block().norms());
            if (held != layer) {
                held = NOTHING;
                LayerWeights far = owner.acquire(layer);
                near.linears().forEach((module, linear) -> fetched(far.linear(module), linear));
                near.norms().forEach((module, norm) -> fetched(far.norm(module), norm));
                owner.release(far);
                held = layer;
            }
            return near;
        }

        @Override
        public void release(LayerWeights weights) {
            if (room == null || job.span(0).contains(weights.layer())) {
                owner(weights.layer()).release(weights);
            }
        }

        private LayerSource owner(int layer) {
            int rank = 0;
            while (!job.span(rank).contains(layer)) {
                rank++;
            }
            return models.get(rank).weights().layers();
        }

        @Override
        public void close() {
            // what is held belongs to the ranks
        }
    }

    /// The last rank's head, part by part.
    private final class FetchedHead implements HeadSource {
        private final HeadSource far;
        private final Matrix place;

        FetchedHead(HeadSource far, Matrix place) {
            this.far = far;
            this.place = place;
        }

        @Override
        public HeadBlocks blocks() {
            return far.blocks();
        }

        @Override
        public Matrix acquire(int block) {
            Matrix rows = far.acquire(block);
            Matrix near = place.rows(0, rows.rows());
            fetch(rows, near);
            far.release(block);
            return near;
        }

        @Override
        public void release(int block) {
            // stays until the next one comes
        }

        @Override
        public void close() {
            // what is held belongs to the ranks
        }
    }
}
