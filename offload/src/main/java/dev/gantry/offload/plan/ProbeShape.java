package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.Retention;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The small job that stands for a large one while its kernels are timed: two blocks of the job's own, narrower where
/// they would take long, one block of its head, one micro-batch.
final class ProbeShape {
    static final int LAYERS = 2;

    private static final int LEAST_TOKENS = 64;
    private static final int MOST_TOKENS = 1024;

    private ProbeShape() {}

    /// How large a small job may be.
    ///
    /// @param blockParameters most parameters of a block; wider ones are cut to a half, a quarter, ...
    /// @param flops most operations of a step
    record Size(long blockParameters, double flops) {
        /// Large enough for the rates of large products; a tenth of a second or two for a processor.
        static final Size TIMED = new Size(10_000_000, 3e10);

        /// What kernels are run with before they are timed, as a virtual machine compiles what has run often:
        /// narrow, but with the job's own sequences, which decide how attention and products are cut.
        static final Size WARMING = new Size(300_000, 2e9);
    }

    static TrainingJob of(TrainingJob job, Size size) {
        DecoderSpec spec = spec(job.spec(), size);
        Map<AdapterSite, Integer> ranks = ranks(job);
        Set<ParameterId> trained = trained(job, spec);
        TrainingJob wide = with(job, spec, ranks, trained, job.microBatchTokens());
        double affordable = size.flops() / TrainingFlops.of(wide).perToken(Retention.EVERYTHING);
        int most = (int) Math.clamp(affordable, LEAST_TOKENS, MOST_TOKENS);
        return with(job, spec, ranks, trained, Math.min(job.microBatchTokens(), most));
    }

    private static TrainingJob with(
            TrainingJob job, DecoderSpec spec, Map<AdapterSite, Integer> ranks, Set<ParameterId> trained, int tokens) {
        return new TrainingJob(
                spec,
                job.stored(),
                job.compute(),
                ranks,
                job.adapterDropout(),
                trained,
                tokens,
                1,
                0,
                Retention.EVERYTHING,
                1,
                job.text());
    }

    private static DecoderSpec spec(DecoderSpec spec, Size size) {
        long parameters = DecoderParameters.ofLayer(spec, 0).stream()
                .mapToLong(parameter -> parameter.shape().elements())
                .sum();
        int divisor = 1;
        while (parameters / ((long) divisor * divisor) > size.blockParameters()) {
            divisor *= 2;
        }
        int hidden = spec.hidden() / divisor;
        int embeddingDim = spec.projects() ? spec.embeddingDim() / divisor : hidden;
        return new DecoderSpec(
                Math.min(spec.vocabularySize(), HeadBlocks.rowsOfBlock(embeddingDim)),
                embeddingDim,
                hidden,
                LAYERS,
                spec.maxPositions(),
                spec.position(),
                spec.norm(),
                attention(spec.attention(), divisor),
                new MlpSpec(
                        spec.mlp().intermediate() / divisor,
                        spec.mlp().activation(),
                        spec.mlp().gating(),
                        spec.mlp().bias()),
                spec.embeddingNorm(),
                spec.finalNorm(),
                spec.head(),
                spec.linearLayout());
    }

    private static AttentionSpec attention(AttentionSpec wide, int divisor) {
        int group = wide.heads() / wide.kvHeads();
        int kvHeads = Math.max(1, wide.kvHeads() / divisor);
        return new AttentionSpec(
                group * kvHeads,
                kvHeads,
                wide.headDim(),
                wide.scale(),
                wide.slidingWindow(),
                wide.projection(),
                wide.qkvBias(),
                wide.outputBias());
    }

    /// Adapters as in the block that has the most.
    private static Map<AdapterSite, Integer> ranks(TrainingJob job) {
        Map<Integer, Map<Module, Integer>> byLayer = new HashMap<>();
        job.adapterRanks()
                .forEach((site, rank) -> byLayer.computeIfAbsent(site.layer(), l -> new HashMap<>())
                        .put(site.module(), rank));
        Map<AdapterSite, Integer> ranks = new HashMap<>();
        byLayer.values().stream().max(Comparator.comparingInt(Map::size)).ifPresent(modules -> {
            for (int layer = 0; layer < LAYERS; layer++) {
                for (var module : modules.entrySet()) {
                    ranks.put(new AdapterSite(layer, module.getKey()), module.getValue());
                }
            }
        });
        return ranks;
    }

    /// Parameters of blocks and head that are trained in some block of the job.
    private static Set<ParameterId> trained(TrainingJob job, DecoderSpec spec) {
        Set<ParameterId> trained = new HashSet<>();
        for (ParameterId id : job.trained()) {
            if (id.layer() == ParameterId.NO_LAYER) {
                trained.add(id);
            } else {
                for (int layer = 0; layer < spec.layers(); layer++) {
                    trained.add(new ParameterId(layer, id.module(), id.part()));
                }
            }
        }
        return trained;
    }
}
