package dev.gantry.engine.pass;

import dev.gantry.engine.backend.AttentionBias;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.Heads;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.tensor.Matrix;

/// Where attention finds the keys and values that its queries read.
sealed interface AttentionKeys {
    String NO_BACKWARD = "there is no backward through a key/value cache";

    /// Attends from `q`; `k` and `v` are those of the same tokens. Fills `attended` and `logSumExp`.
    void attend(Backend backend, AttentionBias bias, Heads q, Heads k, Heads v, LayerActivations a);

    /// Gradient of {@link #attend}.
    void attendBackward(
            Backend backend, AttentionBias bias, QkvHeads qkv, QkvHeads dQkv, LayerActivations a, Matrix dAttended);

    /// Where the sequences of the batch lie.
    Segments segments();

    /// Whether {@link #attend} takes keys as they left the projection and turns them by their positions itself.
    default boolean turnsKeys() {
        return false;
    }

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
            throw new IllegalStateException(NO_BACKWARD);
        }
    }

    /// Generation where the turn of a key depends on how long its sequence is by now.
    ///
    /// @param turned room for the keys of all sequences, shared by the layers
    record CachedUnturned(KeyValueCache.Layer cache, Segments segments, Heads turned, RotaryPass rotary)
            implements AttentionKeys {
        @Override
        public void attend(Backend backend, AttentionBias bias, Heads q, Heads k, Heads v, LayerActivations a) {
            cache.append(backend, segments, k, v);
            for (int s = 0; s < segments.count(); s++) {
                int from = segments.keyStart()[s];
                int count = segments.keyLength()[s];
                Heads sequence = turned.rows(from, count);
                backend.elements().copy(cache.keys().rows(from, count).matrix(), sequence.matrix());
                rotary.rotateFromStart(sequence);
            }
            backend.attention().forward(bias, segments, q, turned, cache.values(), a.attended(), a.logSumExp());
        }

        @Override
        public void attendBackward(
                Backend backend,
                AttentionBias bias,
                QkvHeads qkv,
                QkvHeads dQkv,
                LayerActivations a,
                Matrix dAttended) {
            throw new IllegalStateException(NO_BACKWARD);
        }

        @Override
        public boolean turnsKeys() {
            return true;
        }
    }
}
