package dev.gantry.engine.pass;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.tensor.Matrix;

/// Where attention finds the keys and values that its queries read.
sealed interface AttentionKeys {

    /// Attends from `q`; `k` and `v` are those of the same tokens. Fills `attended` and `logSumExp`.
    void attend(Backend backend, AttentionBias bias, Heads q, Heads k, Heads v, LayerActivations a);

    /// Gradient of {@link #attend}.
    void attendBackward(
            Backend backend, AttentionBias bias, QkvHeads qkv, QkvHeads dQkv, LayerActivations a, Matrix dAttended);

    /// Training: the tokens of a micro-batch attend to themselves.
    record Batch(Segments segments) implements AttentionKeys {
        @Override
        public void attend(Backend backend, AttentionBias bias, Heads q, Heads k, Heads v, LayerActivations a) {
            backend.attention().forward(bias, segments, q, k, v, a.attended(), a.logSumExp());
        }

        @Override
        public void attendBackward(
                Backend backend,
                AttentionBias bias,
                QkvHeads qkv,
                QkvHeads dQkv,
                LayerActivations a,
                Matrix dAttended) {
            backend.attention()
                    .backward(
                            bias,
                            segments,
                            qkv.q(),
                            qkv.k(),
                            qkv.v(),
                            a.attended(),
                            a.logSumExp(),
                            dAttended,
                            dQkv.q(),
                            dQkv.k(),
                            dQkv.v());
        }
    }

    /// Generation: new keys and values join those of earlier tokens in a cache.
    record Cached(KeyValueCache.Layer cache, Segments segments) implements AttentionKeys {
        @Override
        public void attend(Backend backend, AttentionBias bias, Heads q, Heads k, Heads v, LayerActivations a) {
            cache.append(backend, segments, k, v);
            backend.attention().forward(bias, segments, q, cache.keys(), cache.values(), a.attended(), a.logSumExp());
        }

        @Override
        public void attendBackward(
                Backend backend,
                AttentionBias bias,
                QkvHeads qkv,
                QkvHeads dQkv,
                LayerActivations a,
                Matrix dAttended) {
            throw new IllegalStateException("there is no backward through a key/value cache");
        }
    }
}
